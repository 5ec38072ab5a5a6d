import { readFile } from 'node:fs/promises';
import type { Protocol } from 'electron';
import { isAppAddress } from './app-address.ts';
import type { AssetMap } from './asset-map.ts';

const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** On every response, found or not: a page that loads something unexpected is held by the same rules. */
const policyHeaders = {
  'content-security-policy': contentPolicy,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  // A name to be looked up ahead is a packet that no other rule of the policy forbids.
  'x-dns-prefetch-control': 'off',
};

/**
 * Answers requests for `app://waylight/…` from the files of the map and nothing else. Paths are compared as they stand and
 * never decoded, joined or resolved, so there is nothing to climb out of.
 */
export function serveAssets(protocol: Pick<Protocol, 'handle'>, assets: AssetMap): void {
  protocol.handle('app', async ({ url, method }) => {
    if (method !== 'GET' && method !== 'HEAD') return refuse(405);
    if (!isAppAddress(url)) return refuse(404);
    const { pathname, search } = new URL(url);
    const asset = search === '' ? assets.get(pathname) : undefined;
    if (asset === undefined) return refuse(404);
    try {
      const bytes = new Uint8Array(await readFile(asset.file));
      const headers = { ...policyHeaders, 'content-type': asset.type };
      return new Response(method === 'HEAD' ? null : bytes, { headers });
    } catch {
      return refuse(500);
    }
  });
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: policyHeaders });
}
