import telegram from '../../data/telegram.json' with { type: 'json' };
import type { Reply, ServedSite } from './site.ts';

/** A server as a scenario describes it; `world` makes the certificate. */
export interface SiteSpec extends Omit<ServedSite, 'key'> {
  /** `untrusted` is signed by a root nobody knows. Default `valid`. */
  readonly certificate?: 'valid' | 'expired' | 'untrusted';
  /** Names in the certificate where they are not the site's own. */
  readonly certificateNames?: readonly string[];
}

function page(name: string): Reply {
  return { body: `<!doctype html><title>${name}</title><p>Welcome to ${name}.</p>` };
}

/** A healthy web site: the same page on ports 80 and 443. */
export function site(name: string, addresses: string | readonly string[], rest: Partial<SiteSpec> = {}): SiteSpec {
  return {
    names: [name],
    addresses: typeof addresses === 'string' ? [addresses] : addresses,
    http: page(name),
    https: page(name),
    ...rest,
  };
}

/** A Telegram data centre on its usual ports; no name leads there. */
export function dataCentre(dc: number, addresses: readonly string[], rest: Partial<SiteSpec> = {}): SiteSpec {
  return { names: [], addresses, telegram: { dc, ports: [443, 80, 5222] }, ...rest };
}

/** All that the group `telegram` asks for: the data centres on all their addresses, the WebSockets, the web sites. */
export const telegramSites: readonly SiteSpec[] = [
  ...telegram.dataCentres.map(({ dc, addresses }) =>
    dataCentre(
      dc,
      addresses.map(({ address }) => address),
    ),
  ),
  ...telegram.websockets.map(({ url, dc }, index) =>
    site(new URL(url).hostname, `149.154.170.${100 + index}`, { telegramWeb: dc }),
  ),
  site('web.telegram.org', '149.154.167.99', {
    names: ['web.telegram.org', 'telegram.org', 't.me', 'api.telegram.org'],
  }),
];

const noContent: Reply = { status: 204 };

/** The four neutral endpoints of the built-in baseline, with their exact replies, at addresses of their real operators. */
export const baselineSites: readonly SiteSpec[] = [
  site('cp.cloudflare.com', ['104.16.124.96', '2606:4700::6810:7c60'], { http: noContent, https: noContent }),
  site('www.google.com', ['142.250.74.36', '2a00:1450:400f:80d::2004'], { http: noContent, https: noContent }),
  site('captive.apple.com', '17.253.39.202', {
    http: { body: '<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>' },
    https: { body: '<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>' },
  }),
  site('www.msftconnecttest.com', '13.107.4.52', {
    http: { body: 'Microsoft Connect Test', headers: { 'content-type': 'text/plain' } },
  }),
];

/** The DoH servers that are built in (data/resolvers.json). */
export const dohSites: readonly SiteSpec[] = [
  site('cloudflare-dns.com', ['1.1.1.1', '1.0.0.1', '2606:4700:4700::1111'], {
    doh: true,
    certificateNames: ['cloudflare-dns.com', '1.1.1.1', '1.0.0.1'],
  }),
  site('dns.google', ['8.8.8.8', '8.8.4.4', '2001:4860:4860::8888'], { doh: true }),
  site('dns.quad9.net', ['9.9.9.9', '149.112.112.112', '2620:fe::fe'], { doh: true }),
];
