import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export interface Asset {
  /** Media type with its charset. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The files of the page by the path they are asked for, such as `/chunks/a.js`; `/` is the page itself. */
export type Assets = ReadonlyMap<string, Asset>;

/** A path inside `renderer/` of which no part begins with a dot. */
const path = z.string().regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/);
/** What the build writes: the media type of each path. */
const assetMapSchema = z.record(path, z.object({ type: z.string().regex(/^[a-z]+\/[a-z0-9.+-]+(; charset=utf-8)?$/) }));

/**
 * Reads the page's files into memory, so that later no request leads to a path on this disk. Rejects where the page was
 * not built.
 * @param programFolder holds `assets.json` and `renderer/`
 */
export async function loadAssets(programFolder: string): Promise<Assets> {
  const map = assetMapSchema.parse(JSON.parse(await readFile(join(programFolder, 'assets.json'), 'utf8')));
  const entries = Object.entries(map).map(async ([name, { type }]) => {
    const bytes = await readFile(join(programFolder, 'renderer', name));
    return [`/${name}`, { type, bytes }] as const;
  });
  const assets = new Map<string, Asset>(await Promise.all(entries));
  const page = assets.get('/index.html');
  if (page === undefined) throw new Error('the asset map has no index.html');
  return assets.set('/', page);
}
