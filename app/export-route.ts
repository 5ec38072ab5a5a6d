import type { RouteKind } from '../model/route.ts';
import { formatHostPort } from './input/parse-host.ts';

/** What an exported link says: a Route fits, and so does what a report tells of one. */
export interface ExportableRoute {
  readonly kind: RouteKind;
  readonly host: string;
  readonly port: number;
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Decoded, as a route holds it. */
  readonly secret?: Uint8Array;
}

export interface TelegramLinks {
  /** `tg://socks?…` or `tg://proxy?…`: opens in Telegram's app. */
  readonly tg: string;
  /** The same as a page of `https://t.me/`, for chats and browsers. */
  readonly web: string;
  /** False where a password or a secret was left out: whoever opens the link has to type it. */
  readonly complete: boolean;
}

/**
 * A route as links of Telegram (telegram.md, "Links"). Passwords and secrets are in them only when `credentials` asks for
 * it, which nothing may do whose output is shown or kept without the person's wish. Undefined for what Telegram has no
 * link for: HTTP proxies, SOCKS4, interfaces, the current connection.
 */
export function exportTelegramLinks(
  route: ExportableRoute,
  { credentials: withCredentials }: { readonly credentials: boolean },
): TelegramLinks | undefined {
  const place = [
    ['server', route.host],
    ['port', String(route.port)],
  ] as const;
  if (route.kind === 'mtproxy') {
    const { secret } = route;
    const shown = withCredentials && secret ? [['secret', Buffer.from(secret).toString('hex')] as const] : [];
    return writeLinks('proxy', [...place, ...shown], shown.length > 0);
  }
  if (route.kind !== 'socks5' && route.kind !== 'socks5h') return undefined;
  const { credentials } = route;
  const shown =
    withCredentials && credentials
      ? ([
          ['user', credentials.username],
          ['pass', credentials.password],
        ] as const)
      : [];
  return writeLinks('socks', [...place, ...shown], withCredentials || credentials === undefined);
}

/**
 * A proxy as a link that names its kind: `tg://proxy` for a MTProxy, `scheme://…#label` for the others, which says more than
 * Telegram's own links can. {@link parseRoute} reads it back.
 */
export function exportProxyLink(
  route: ExportableRoute & { readonly label: string },
  { credentials: withCredentials }: { readonly credentials: boolean },
): string {
  const { kind, host, port, label } = route;
  const telegram = kind === 'mtproxy' ? exportTelegramLinks(route, { credentials: withCredentials }) : undefined;
  if (telegram) return telegram.tg;
  const { username, password } = (withCredentials && route.credentials) || { username: '', password: '' };
  const userInfo = username === '' && password === '' ? '' : `${encode(username)}:${encode(password)}@`;
  const place = formatHostPort(host, port);
  const name = label === '' || label === `${kind} ${place}` ? '' : `#${encode(label)}`;
  return `${kind}://${userInfo}${place}${name}`;
}

function writeLinks(
  what: 'proxy' | 'socks',
  fields: readonly (readonly [string, string])[],
  complete: boolean,
): TelegramLinks {
  const query = fields.map(([name, value]) => `${name}=${encode(value)}`).join('&');
  return { tg: `tg://${what}?${query}`, web: `https://t.me/${what}?${query}`, complete };
}

/** Also what encodeURIComponent leaves: in prose a link ends before a bracket, a quote or a full stop of the sentence. */
function encode(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*~]|[._-]$/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
