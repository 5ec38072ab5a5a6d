import type { CertifiedKey } from './certified-key.ts';

/** What a web server answers to every request. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sends this many incompressible bytes instead of `body`. */
  readonly bodyBytes?: number;
  /** Promises a longer body than it sends, and keeps the connection open for ever after. */
  readonly neverEnds?: boolean;
  /** Sends so many bytes, waits so many milliseconds, then sends the rest. */
  readonly pause?: { readonly after: number; readonly ms: number };
  /** Milliseconds to think before the first byte. */
  readonly delayMs?: number;
}

/** One server on the internet as the process inside the namespace serves it; absent ports refuse connections. */
export interface ServedSite {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  /** Port 80. */
  readonly http?: Reply;
  /** Port 443. */
  readonly https?: Reply;
  readonly key?: CertifiedKey;
  /** Answers a ClientHello whose name is not among `names` with the fatal alert unrecognized_name (RFC 6066, 3). */
  readonly alertUnknownNames?: boolean;
  /** Answers every ClientHello with that alert. */
  readonly alertAlways?: boolean;
  /** Resets the first n connections to port 443 from the user's own address, once their ClientHello is in. */
  readonly resetUserFirst?: number;
  /** Answers this status, with a page that says so, to requests from the user's own address. */
  readonly refuseUser?: number;
  /** Answers `/dns-query` from the zone (RFC 8484). */
  readonly doh?: boolean;
  /** Telegram's WebSocket of this data centre on `/apiws`, subprotocol `binary`. */
  readonly telegramWeb?: number;
  /** A Telegram data centre on these ports. */
  readonly telegram?: { readonly dc: number; readonly ports: readonly number[] };
}

/** Names to addresses of both families, or the code 'nxdomain'. A name that is absent does not exist. */
export type Zone = Readonly<Record<string, readonly string[] | 'nxdomain'>>;

export interface ServersConfig {
  readonly sites: readonly ServedSite[];
  readonly zone: Zone;
  /** TLS front of the CONNECT proxy. */
  readonly tlsFront?: {
    readonly address: string;
    readonly port: number;
    readonly to: { readonly address: string; readonly port: number };
    readonly key: CertifiedKey;
  };
  /** SOCKS4a proxy. */
  readonly socks4a?: { readonly address: string; readonly port: number };
  readonly mtproxies: readonly ServedMtproxy[];
  /** How far all clocks here are ahead of the user's, in milliseconds. */
  readonly clockAheadMs: number;
}

/** An MTProxy as the process inside the namespace serves it. */
export interface ServedMtproxy {
  readonly address: string;
  readonly port: number;
  /** As links carry it. */
  readonly secret: string;
  /** Where strangers are led. */
  readonly mask?: string;
  /** How far its own clock is ahead of all others, in milliseconds. */
  readonly clockAheadMs?: number;
  /** The longest ClientHello that it takes for one; proxies of 2020 stop at 517 bytes. */
  readonly longestHello?: number;
}

/** What the servers tell the test about themselves. */
export type ServersEvent =
  | { readonly event: 'ready' }
  | { readonly event: 'failed'; readonly message: string }
  | { readonly event: 'connection'; readonly address: string; readonly port: number; readonly from: string }
  /** What a client said first to an MTProxy, in base64. */
  | { readonly event: 'greeting'; readonly address: string; readonly bytes: string };
