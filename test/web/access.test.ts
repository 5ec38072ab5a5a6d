import { describe, expect, it } from 'vitest';
import { codeMs, createAccess } from '../../web/access.ts';

function createTestAccess() {
  const state = { now: 1000, reuses: 0 };
  const access = createAccess(
    () => state.now,
    () => {
      state.reuses += 1;
    },
  );
  return { ...access, state };
}

describe('codes and tokens', () => {
  it('a code opens once, and its token is let in', () => {
    const access = createTestAccess();
    const code = access.newCode();
    const token = access.claim(code) ?? '';
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(token).not.toBe(code);
    expect(access.admit(token)?.aborted).toBe(false);
    expect(access.admit(code)).toBeUndefined();
  });

  it('a code that comes twice ends what it opened, and only that', () => {
    const access = createTestAccess();
    const [mine, theirs] = [access.newCode(), access.newCode()];
    const [first, other] = [access.claim(mine) ?? '', access.claim(theirs) ?? ''];
    const signal = access.admit(first);
    expect(access.claim(mine)).toBeUndefined();
    expect(signal?.aborted).toBe(true);
    expect(access.admit(first)).toBeUndefined();
    expect(access.admit(other)?.aborted).toBe(false);
    expect(access.state.reuses).toBe(1);
  });

  it('a code is good for a minute, unused or used', () => {
    const access = createTestAccess();
    const [early, late] = [access.newCode(), access.newCode()];
    const token = access.claim(early) ?? '';
    access.state.now += codeMs - 1;
    expect(access.claim(late)).toBeDefined();
    access.state.now += 1;
    expect(access.claim(early)).toBeUndefined();
    expect(access.admit(token)?.aborted).toBe(false);
    expect(access.state.reuses).toBe(0);
  });

  it('keeps a few codes, the newest', () => {
    const access = createTestAccess();
    const codes = Array.from({ length: 17 }, () => access.newCode());
    expect(access.claim(codes[0] ?? '')).toBeUndefined();
    expect(access.claim(codes[1] ?? '')).toBeDefined();
    expect(access.claim(codes[16] ?? '')).toBeDefined();
  });

  it('lets nobody in by nothing, by words of its own or by much', () => {
    const access = createTestAccess();
    access.newCode();
    for (const word of ['', 'undefined', '__proto__', 'null', '\0', 'A'.repeat(1_000_000)]) {
      expect(access.claim(word)).toBeUndefined();
      expect(access.admit(word)).toBeUndefined();
    }
  });

  it('makes no two secrets alike', () => {
    const access = createTestAccess();
    const secrets = Array.from({ length: 200 }, () => access.newCode());
    expect(new Set(secrets).size).toBe(200);
  });
});
