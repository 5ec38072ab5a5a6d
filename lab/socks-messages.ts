/** One message of a SOCKS client, read from the start of what has arrived; `length` is how much of it the message took. */
export type Reading<T> =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'message'; readonly length: number; readonly value: T };

export interface SocksRequest {
  readonly command: number;
  /** A name or an address literal; undefined for an address type this server does not know. */
  readonly host: string | undefined;
  readonly port: number;
  /** SOCKS4 only. */
  readonly userId?: string;
}

const incomplete = { kind: 'incomplete' } as const;
const garbage = { kind: 'garbage' } as const;
const maxTextBytes = 255;

/** RFC 1928 3: the authentication methods offered. */
export function readGreeting(bytes: Buffer): Reading<readonly number[]> {
  if (bytes.length > 0 && bytes[0] !== 5) return garbage;
  if (bytes.length < 2) return incomplete;
  const count = bytes.readUInt8(1);
  if (count === 0) return garbage;
  if (bytes.length < 2 + count) return incomplete;
  return { kind: 'message', length: 2 + count, value: [...bytes.subarray(2, 2 + count)] };
}

/** RFC 1929 2. */
export function readPassword(bytes: Buffer): Reading<{ readonly username: string; readonly password: string }> {
  if (bytes.length > 0 && bytes[0] !== 1) return garbage;
  if (bytes.length < 2) return incomplete;
  const passwordAt = 2 + bytes.readUInt8(1);
  if (bytes.length <= passwordAt) return incomplete;
  const end = passwordAt + 1 + bytes.readUInt8(passwordAt);
  if (bytes.length < end) return incomplete;
  const username = bytes.toString('utf8', 2, passwordAt);
  return { kind: 'message', length: end, value: { username, password: bytes.toString('utf8', passwordAt + 1, end) } };
}

/** RFC 1928 4. */
export function readSocks5Request(bytes: Buffer): Reading<SocksRequest> {
  if (bytes.length > 0 && bytes[0] !== 5) return garbage;
  if (bytes.length > 2 && bytes[2] !== 0) return garbage;
  if (bytes.length < 5) return incomplete;
  const command = bytes.readUInt8(1);
  const type = bytes.readUInt8(3);
  const sizes: Record<number, number> = { 1: 4, 3: 1 + bytes.readUInt8(4), 4: 16 };
  const size = sizes[type];
  if (size === undefined)
    return { kind: 'message', length: bytes.length, value: { command, host: undefined, port: 0 } };
  const end = 4 + size + 2;
  if (type === 3 && size === 1) return garbage;
  if (bytes.length < end) return incomplete;
  const field = bytes.subarray(4, 4 + size);
  const host = type === 1 ? ipv4Text(field) : type === 4 ? ipv6Text(field) : field.toString('latin1', 1);
  return { kind: 'message', length: end, value: { command, host, port: bytes.readUInt16BE(end - 2) } };
}

/** SOCKS4 as published by Ying-Da Lee, with the 4a extension: 0.0.0.x means that a name follows the user id. */
export function readSocks4Request(bytes: Buffer): Reading<SocksRequest & { readonly byName: boolean }> {
  if (bytes.length > 0 && bytes[0] !== 4) return garbage;
  if (bytes.length < 9) return incomplete;
  const userId = readText(bytes, 8);
  if (userId.kind !== 'message') return userId;
  const address = bytes.subarray(4, 8);
  const byName = address.readUInt32BE(0) >>> 8 === 0 && address[3] !== 0;
  const name = byName ? readText(bytes, 8 + userId.length) : undefined;
  if (name !== undefined && name.kind !== 'message') return name;
  if (name?.value === '') return garbage;
  return {
    kind: 'message',
    length: 8 + userId.length + (name?.length ?? 0),
    value: {
      command: bytes.readUInt8(1),
      host: name?.value ?? ipv4Text(address),
      port: bytes.readUInt16BE(2),
      userId: userId.value,
      byName,
    },
  };
}

/** Text up to a zero byte; the length counts that byte. */
function readText(bytes: Buffer, at: number): Reading<string> {
  const end = bytes.indexOf(0, at);
  if (end === -1) return bytes.length - at > maxTextBytes ? garbage : incomplete;
  if (end - at > maxTextBytes) return garbage;
  return { kind: 'message', length: end - at + 1, value: bytes.toString('latin1', at, end) };
}

function ipv4Text(bytes: Buffer): string {
  return [...bytes].join('.');
}

function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  // The platform's own parser writes the canonical form of RFC 5952.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
