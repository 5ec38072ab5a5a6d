import { readClientHello } from './client-hello.ts';

/** What a middlebox makes of the first bytes a client sends. */
export type FirstPayload =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'tls'; readonly serverName: string | undefined }
  | { readonly kind: 'http'; readonly host: string | undefined }
  | { readonly kind: 'socks' }
  | { readonly kind: 'unknown' };

const maxHeadBytes = 8192;
const methods = ['GET ', 'HEAD ', 'POST ', 'PUT ', 'DELETE ', 'OPTIONS ', 'PATCH ', 'CONNECT '];
const unknown: FirstPayload = { kind: 'unknown' };
const incomplete: FirstPayload = { kind: 'incomplete' };

/** Names the protocol of a connection from however many of its first bytes have arrived. Never throws. */
export function readFirstPayload(bytes: Uint8Array): FirstPayload {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length === 0) return incomplete;
  if (buffer[0] === 22) {
    const hello = readClientHello(buffer);
    if (hello.kind === 'incomplete') return incomplete;
    return hello.kind === 'hello' ? { kind: 'tls', serverName: hello.serverName } : unknown;
  }
  if (buffer[0] === 5 || buffer[0] === 4) return readSocks(buffer);
  return readHttp(buffer);
}

/** No client offers more methods, and none needs this much for its first request without ending it. */
const maxMethods = 16;
const maxUnendedRequest = 63;

/**
 * Obfuscated MTProto begins with 64 random bytes, so a greeting must fit its own length to pass for SOCKS, and nothing that
 * long may be waited on: whoever waits for the rest of a random stream waits for ever.
 */
function readSocks(buffer: Buffer): FirstPayload {
  if (buffer[0] === 5) {
    const methods = buffer[1];
    if (methods === undefined) return incomplete;
    if (methods === 0 || methods > maxMethods || buffer.length > 2 + methods) return unknown;
    return buffer.length === 2 + methods ? { kind: 'socks' } : incomplete;
  }
  const command = buffer[1] ?? 1;
  if (command !== 1 && command !== 2) return unknown;
  if (buffer.length >= 9 && buffer.at(-1) === 0) return { kind: 'socks' };
  return buffer.length <= maxUnendedRequest ? incomplete : unknown;
}

function readHttp(buffer: Buffer): FirstPayload {
  const head = buffer.toString('latin1', 0, maxHeadBytes);
  if (!methods.some((method) => method.startsWith(head) || head.startsWith(method))) return unknown;
  const end = head.indexOf('\r\n\r\n');
  if (end === -1) return buffer.length < maxHeadBytes ? incomplete : unknown;
  const host = /\r\nhost:[ \t]*([^\r\n]*)/i.exec(head.slice(0, end))?.[1]?.trim().toLowerCase();
  return { kind: 'http', host: host?.replace(/:\d*$/, '') };
}
