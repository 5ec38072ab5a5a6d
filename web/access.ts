import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who may talk to the host: single-use codes for opening a page, and the token each code is exchanged for. */
export interface Access {
  /** 256 random bits as base64url, good for one claim within {@link codeMs}. Of many unclaimed ones the oldest go. */
  newCode(): string;
  /** The token for a code, or undefined. A code that comes a second time ends what it opened the first time. */
  claim(code: string): string | undefined;
  /** A signal that is aborted when this token ends; undefined where nobody was given this token. */
  admit(token: string): AbortSignal | undefined;
}

/** How long a code may wait for its page, in ms: a browser that starts cold on a slow machine takes a while. */
export const codeMs = 60_000;
const maxCodes = 16;

interface Code {
  readonly hash: Buffer;
  readonly madeAt: number;
  /** What it opened. */
  session?: AbortController;
}

/**
 * @param now in ms, monotonic
 * @param onReuse told when a code came twice: somebody else may have read it, as opening a browser shows its address to
 *   every user of a Linux or macOS machine (`ps`)
 */
export function createAccess(now: () => number, onReuse: () => void = () => {}): Access {
  let codes: readonly Code[] = [];
  let sessions: readonly { readonly hash: Buffer; readonly controller: AbortController }[] = [];
  return {
    newCode: () => {
      const code = randomSecret();
      codes = [...codes, { hash: hashOf(code), madeAt: now() }].slice(-maxCodes);
      return code;
    },
    claim: (text) => {
      codes = codes.filter(({ madeAt }) => now() - madeAt < codeMs);
      const code = findSecret(codes, text);
      if (code === undefined) return undefined;
      if (code.session !== undefined) {
        const { session } = code;
        session.abort();
        sessions = sessions.filter(({ controller }) => controller !== session);
        onReuse();
        return undefined;
      }
      const token = randomSecret();
      code.session = new AbortController();
      sessions = [...sessions, { hash: hashOf(token), controller: code.session }];
      return token;
    },
    admit: (token) => findSecret(sessions, token)?.controller.signal,
  };
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Hashes have one length, which `timingSafeEqual` needs, and tell nothing of what was nearly right. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function findSecret<T extends { readonly hash: Buffer }>(known: readonly T[], secret: string): T | undefined {
  const hash = hashOf(secret);
  // All of them are compared, so that the time taken does not tell which one it was.
  return known.filter((entry) => timingSafeEqual(entry.hash, hash))[0];
}
