import type { FailureKind } from '../../model/failure.ts';

/** Where a SOCKS handshake stands: waiting for the choice of a method, for its outcome, for the answer to CONNECT. */
export type SocksStage = 'method' | 'auth' | 'reply';

export type SocksReply =
  /** The message is not complete; it is at least `size` bytes long. */
  | { readonly kind: 'more'; readonly size: number }
  /** Accepted; the proxy now waits for the request of the next stage. */
  | { readonly kind: 'next'; readonly stage: SocksStage }
  | { readonly kind: 'granted'; readonly code: number }
  | {
      readonly kind: 'refused';
      readonly stage: SocksStage;
      readonly failure: Extract<FailureKind, 'proxy-auth' | 'proxy-rejected'>;
      readonly code: number;
    }
  | { readonly kind: 'garbage'; readonly detail: string };

const noAcceptableMethod = 0xff;
const userPass = 0x02;

function garbage(bytes: Uint8Array, stage: SocksStage): SocksReply {
  // "HT" of "HTTP/1.1 400 Bad Request": a web proxy or server listens there.
  const isHttp = stage !== 'auth' && bytes[0] === 0x48 && bytes[1] === 0x54;
  return { kind: 'garbage', detail: isHttp ? 'http' : stage };
}

/** RFC 1928 3. */
function readMethod(bytes: Uint8Array, offersPassword: boolean): SocksReply {
  const [version, method = 0] = bytes;
  if (version !== 5) return garbage(bytes, 'method');
  if (method === 0) return { kind: 'next', stage: 'reply' };
  if (method === userPass && offersPassword) return { kind: 'next', stage: 'auth' };
  // A password asked for although none was offered is against the RFC, yet says plainly what is missing.
  if (method === noAcceptableMethod || method === userPass) {
    return { kind: 'refused', stage: 'method', failure: 'proxy-auth', code: method };
  }
  return garbage(bytes, 'method');
}

/** RFC 1929 2. Some servers put the SOCKS version where the version of the sub-negotiation belongs. */
function readAuth(bytes: Uint8Array): SocksReply {
  const [version, status = 0] = bytes;
  if (version !== 1 && version !== 5) return garbage(bytes, 'auth');
  if (status === 0) return { kind: 'next', stage: 'reply' };
  return { kind: 'refused', stage: 'auth', failure: 'proxy-auth', code: status };
}

/** RFC 1928 6. A refusal is decided by its first two bytes: some servers send no more. */
function readSocks5Reply(bytes: Uint8Array): SocksReply {
  const [version, code = 0, , type] = bytes;
  if (version !== 5) return garbage(bytes, 'reply');
  if (code !== 0) return { kind: 'refused', stage: 'reply', failure: 'proxy-rejected', code };
  const header = 5;
  if (bytes.length < header) return { kind: 'more', size: header };
  const addressBytes = { 1: 4, 3: 1 + (bytes[4] ?? 0), 4: 16 }[type ?? 0];
  if (addressBytes === undefined) return garbage(bytes, 'reply');
  const size = 4 + addressBytes + 2;
  return bytes.length < size ? { kind: 'more', size } : { kind: 'granted', code };
}

/** The reply of the SOCKS 4 memo by Ying-Da Lee: VN is 0, though some servers repeat the 4 of the request. */
function readSocks4Reply(bytes: Uint8Array): SocksReply {
  const [version, code = 0] = bytes;
  if (version !== 0 && version !== 4) return garbage(bytes, 'reply');
  if (code === 0x5b) return { kind: 'refused', stage: 'reply', failure: 'proxy-rejected', code };
  if (code === 0x5c || code === 0x5d) return { kind: 'refused', stage: 'reply', failure: 'proxy-auth', code };
  if (code !== 0x5a) return garbage(bytes, 'reply');
  return bytes.length < 8 ? { kind: 'more', size: 8 } : { kind: 'granted', code };
}

/**
 * Reads the proxy's message of one stage from its first bytes on. Pure, never throws. Asking byte by byte for `size` never
 * takes a byte beyond the message, so what the target sends right behind it stays where it is.
 */
export function readSocksReply(
  version: 4 | 5,
  stage: SocksStage,
  bytes: Uint8Array,
  offersPassword: boolean,
): SocksReply {
  if (bytes.length < 2) return { kind: 'more', size: 2 };
  if (version === 4) return readSocks4Reply(bytes);
  if (stage === 'method') return readMethod(bytes, offersPassword);
  if (stage === 'auth') return readAuth(bytes);
  return readSocks5Reply(bytes);
}
