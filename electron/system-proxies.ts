import type { Session } from 'electron';

/** The words of a PAC answer, and what a proxy link of ours calls them. */
const schemes: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks4',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5h',
};

/** `PROXY a:1; SOCKS5 b:2; DIRECT` as links; what cannot be read is left out. */
export function parseProxyList(answer: string): readonly string[] {
  const links = answer
    .slice(0, 4096)
    .split(';')
    .flatMap((part) => {
      const [word = '', place = ''] = part.trim().split(/\s+/);
      const scheme = schemes[word.toUpperCase()];
      // Credentials do not belong here, and an @ would smuggle some in.
      return scheme !== undefined && /^[\w.[\]:-]+:\d{1,5}$/.test(place) ? [`${scheme}://${place}`] : [];
    });
  return [...new Set(links)];
}

/** The proxies this machine is set to use for an ordinary page. A PAC script of the system's may run; nothing else is sent. */
export async function readSystemProxies(session: Pick<Session, 'resolveProxy'>): Promise<readonly string[]> {
  return parseProxyList(await session.resolveProxy('https://example.org/').catch(() => ''));
}
