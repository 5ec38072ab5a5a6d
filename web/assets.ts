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

/** What the build writes: path inside `renderer/` to its media type. */
const assetMapSchema = z.record(z.string().regex(/^[\w./-]+$/), z.object({ type: z.string() }));

/**
 * Reads the page's files into memory, so that later no request leads to a path on this disk. Rejects where the page was
 * not built.
 * @param programFolder holds `assets.json` and `renderer/`
 */
export async function loadAssets(programFolder: string): Promise<Assets> {
  const map = assetMapSchema.parse(JSON.parse(await readFile(join(programFolder, 'assets.json'), 'utf8')));
  const entries = Object.entries(map).map(async ([path, { type }]) => {
    const bytes = await readFile(join(programFolder, 'renderer', path));
    return [`/${path.replace(/^\//, '')}`, { type, bytes }] as const;
  });
  const assets = new Map<string, Asset>(await Promise.all(entries));
  const page = assets.get('/index.html');
  if (page === undefined) throw new Error('the asset map has no index.html');
  return assets.set('/', page);
}
