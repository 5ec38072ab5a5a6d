import type { ObservationOf } from '../../model/observation.ts';
import type { Result } from '../../model/result.ts';
import { siteOf } from '../site-of.ts';

/** A page on somebody else's site, to which a redirect led that nobody signed. */
export interface StrayPage {
  readonly page: ObservationOf<'http'>;
  /** The page itself came over TLS, with a certificate valid for its own host. */
  readonly secure: boolean;
}

/**
 * The page a result ended on, if a redirect over plain HTTP led away from the site asked for. A redirect over TLS is the
 * site's own wish, and so, most likely, is one to its sister in another country (`example.com` to `example.fr`).
 */
export function findStrayPage(result: Result): StrayPage | undefined {
  const page = result.observations.findLast(
    (item): item is ObservationOf<'http'> => item.step === 'http' && item.purpose === 'main',
  );
  if (!page) return undefined;
  const chain = [...page.redirects.map(({ url }) => url), page.url].filter((url) => URL.canParse(url));
  const urls = chain.map((url) => new URL(url));
  const first = urls[0];
  if (!first) return undefined;
  const home = siteOf(first.hostname);
  const away = urls.findIndex(({ hostname }) => siteOf(hostname) !== home);
  const from = urls[away - 1];
  const to = urls[away];
  if (!from || !to || from.protocol !== 'http:' || isSister(home, siteOf(to.hostname))) return undefined;
  return { page, secure: page.url.startsWith('https:') };
}

function isSister(a: string, b: string): boolean {
  return a.includes('.') && a.split('.')[0] === b.split('.')[0];
}
