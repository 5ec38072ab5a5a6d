import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The page's files by the path they are asked for (`/index.html`), with their media type. */
export type AssetMap = ReadonlyMap<string, { readonly type: string; readonly file: string }>;

/**
 * Names without anything a URL or a path gives a meaning to but the slash: no percent sign, no backslash, no colon, and no
 * part that begins with a dot.
 */
const name = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const mediaType = /^[a-z]+\/[a-z0-9.+-]+(; ?charset=utf-8)?$/i;
const schema = z.record(z.string().max(256).regex(name), z.object({ type: z.string().max(100).regex(mediaType) }));

/** Rejects where the text is no asset map or names no page. */
export function parseAssetMap(text: string, folder: string): AssetMap {
  const entries = Object.entries(schema.parse(JSON.parse(text)));
  const assets = new Map(entries.map(([path, { type }]) => [`/${path}`, { type, file: join(folder, path) }] as const));
  if (!assets.has('/index.html')) throw new Error('the asset map has no index.html');
  return assets;
}

/** @param programFolder holds `assets.json` and `renderer/` */
export async function readAssetMap(programFolder: string): Promise<AssetMap> {
  return parseAssetMap(await readFile(join(programFolder, 'assets.json'), 'utf8'), join(programFolder, 'renderer'));
}
