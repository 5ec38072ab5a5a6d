/** Where a URL leads, as a resolver and a socket want it. */
export interface UrlPlace {
  /** IPv6 without its brackets. */
  readonly host: string;
  readonly port: number;
  /** https and wss. */
  readonly secure: boolean;
}

export function placeOfUrl(url: URL): UrlPlace {
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || (secure ? 443 : 80), secure };
}
