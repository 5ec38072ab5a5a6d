import { fromPage } from './addresses.ts';
import { record } from './control.ts';
import type { DevTools } from './devtools.ts';
import type { StandInSession } from './session.ts';

/** A request that Chromium holds until it is told what becomes of it. */
export interface PausedRequest {
  readonly requestId: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly request: { readonly url: string; readonly method: string };
}

/**
 * Asks the program as Electron does: may it navigate, is the request cancelled, who handles the scheme. A stand-in has no
 * network: what the program lets through besides ends here, and is told.
 */
export async function answerRequest(
  page: DevTools,
  { requestId, resourceType, request }: PausedRequest,
  session: StandInSession,
  mayNavigate: (url: string) => boolean,
): Promise<void> {
  const { method } = request;
  const url = fromPage(request.url);
  const fail = async (outcome: 'cancelled' | 'prevented' | 'no-network', errorReason: string) => {
    record({ what: 'request', address: url, outcome });
    await page.send('Fetch.failRequest', { requestId, errorReason });
  };
  const isDocument = resourceType === 'Document';
  if (isDocument && !mayNavigate(url)) return fail('prevented', 'Aborted');
  const details = { url, method, resourceType: isDocument ? 'mainFrame' : 'other' } as const;
  if (await session.isCancelled(details)) return fail('cancelled', 'BlockedByClient');
  const handler = session.schemes.get(url.split(':')[0] ?? '');
  if (!handler) return fail('no-network', 'AddressUnreachable');
  const response = await handler(new Request(url, { method }));
  record({ what: 'request', address: url, outcome: 'served' });
  await page.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  });
}
