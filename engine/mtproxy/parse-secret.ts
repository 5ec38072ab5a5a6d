/** What a MTProxy secret makes of a connection: obfuscation alone, padded obfuscation, or that inside of a false TLS. */
export type MtproxySecret =
  | { readonly kind: 'plain' | 'padded'; readonly key: Uint8Array }
  | { readonly kind: 'fake-tls'; readonly key: Uint8Array; readonly domain: string };

export type SecretProblem =
  /** Neither hexadecimal nor base64url. */
  | 'undecodable'
  /** Hexadecimal with a digit too many or too few: a copy that was cut. */
  | 'odd-digits'
  /** No kind of secret has this length and first byte. */
  | 'unknown-form'
  /** Fake TLS without a domain, or with one that cannot stand in a ClientHello. */
  | 'domain'
  /** Base64 whose text, not whose first byte, is `ee`: see {@link ParsedSecret}. */
  | 'non-standard';

export type ParsedSecret =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly secret: MtproxySecret }
  | {
      readonly ok: false;
      readonly problem: SecretProblem;
      /**
       * With `non-standard` only: the first 16 bytes, which may be tried as a plain secret by somebody who was told that this
       * is a guess. As text they are the first {@link fallbackCharacters} characters.
       */
      readonly fallback?: Uint8Array;
    };

const keyLength = 16;
const paddedMark = 0xdd;
const fakeTlsMark = 0xee;
/** Telegram's clients take no longer one; with it their ClientHello of 517 bytes is full. */
const longestDomain = 182;

/** How many base64 characters give 16 bytes; the last one carries four bits more. */
export const fallbackCharacters = 22;

/**
 * Reads a secret as links carry it: hexadecimal of an even length of 32 or more, else base64url (`+` and `/` too, with or
 * without its padding). Pure, never throws. Source: core.telegram.org/mtproto/mtproto-transports, and Telegram's clients.
 */
export function parseSecret(text: string): ParsedSecret {
  if (/^[0-9a-f]{32,}$/i.test(text)) {
    return text.length % 2 === 0 ? readBytes(Buffer.from(text, 'hex')) : { ok: false, problem: 'odd-digits' };
  }
  const encoded = text
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/={1,2}$/, '');
  // A single character left over holds six bits, which is no byte.
  if (!/^[\w-]+$/.test(encoded) || encoded.length % 4 === 1) return { ok: false, problem: 'undecodable' };
  const bytes = Buffer.from(encoded, 'base64url');
  const parsed = readBytes(bytes);
  if (!parsed.ok && encoded.startsWith('ee') && bytes.length > keyLength) {
    return { ok: false, problem: 'non-standard', fallback: bytes.subarray(0, keyLength) };
  }
  return parsed;
}

/** The secret in decoded bytes, as a route holds them. Throws RangeError for bytes that {@link parseSecret} does not give. */
export function readSecret(bytes: Uint8Array): MtproxySecret {
  const parsed = readBytes(bytes);
  if (!parsed.ok) throw new RangeError(`not a MTProxy secret: ${parsed.problem}`);
  return parsed.secret;
}

function readBytes(bytes: Uint8Array): ParsedSecret {
  const accept = (secret: MtproxySecret): ParsedSecret => ({ ok: true, bytes, secret });
  if (bytes.length === keyLength) return accept({ kind: 'plain', key: bytes });
  const key = bytes.subarray(1, 1 + keyLength);
  if (bytes.length === 1 + keyLength && bytes[0] === paddedMark) return accept({ kind: 'padded', key });
  if (bytes.length <= keyLength || bytes[0] !== fakeTlsMark) return { ok: false, problem: 'unknown-form' };
  const domain = Buffer.from(bytes.subarray(1 + keyLength)).toString('latin1');
  const usable = /^[\x21-\x7e]+$/.test(domain) && domain.length <= longestDomain;
  return usable ? accept({ kind: 'fake-tls', key, domain }) : { ok: false, problem: 'domain' };
}
