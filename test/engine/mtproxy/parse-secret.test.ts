import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fallbackCharacters, parseSecret, readSecret } from '../../../engine/mtproxy/parse-secret.ts';

const key = '00112233445566778899aabbccddeeff';
const hexOf = (text: string) => Buffer.from(text).toString('hex');

function problemOf(text: string): string {
  const parsed = parseSecret(text);
  return parsed.ok ? parsed.secret.kind : parsed.problem;
}

describe('parseSecret', () => {
  it.each([
    [key, { kind: 'plain' }],
    [key.toUpperCase(), { kind: 'plain' }],
    [`dd${key}`, { kind: 'padded' }],
    [`DD${key}`, { kind: 'padded' }],
    [`ee${key}${hexOf('www.google.com')}`, { kind: 'fake-tls', domain: 'www.google.com' }],
    [`ee${key}${hexOf('a')}`, { kind: 'fake-tls', domain: 'a' }],
    [`ee${key}${hexOf('d'.repeat(182))}`, { kind: 'fake-tls', domain: 'd'.repeat(182) }],
  ])('reads %s, in hexadecimal and in every spelling of base64', (hex, expected) => {
    const bytes = Buffer.from(hex, 'hex');
    const spellings = [hex, bytes.toString('base64'), bytes.toString('base64url'), `${bytes.toString('base64url')}=`];
    for (const text of spellings.filter((item) => !item.endsWith('==='))) {
      const parsed = parseSecret(text);
      expect(parsed, text).toMatchObject({ ok: true, secret: expected });
      expect(parsed.ok && Buffer.from(parsed.secret.key).toString('hex')).toBe(key);
      expect(parsed.ok && Buffer.from(parsed.bytes)).toEqual(bytes);
    }
  });

  it.each([
    ['', 'undecodable'],
    ['x', 'undecodable'],
    ['not a secret!', 'undecodable'],
    [`${key}\n`, 'undecodable'],
    [`${key}===`, 'undecodable'],
    ['секрет', 'undecodable'],
    [key.slice(1), 'unknown-form'],
    [`${key}0`, 'odd-digits'],
    [`ee${key}${hexOf('www.google.com')}1`, 'odd-digits'],
    [`${key}00`, 'unknown-form'],
    [`cc${key}`, 'unknown-form'],
    [`dd${key}00`, 'unknown-form'],
    [`00${key}${hexOf('www.google.com')}`, 'unknown-form'],
    [`ee${key}`, 'domain'],
    [`ee${key}${hexOf('a b')}`, 'domain'],
    [`ee${key}00`, 'domain'],
    [`ee${key}${hexOf('ж.рф')}`, 'domain'],
    [`ee${key}${hexOf('d'.repeat(183))}`, 'domain'],
  ])('refuses %j: %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
    expect(parseSecret(text)).not.toHaveProperty('fallback');
  });

  it('takes 22 characters of base64 that begin with ee for what they are: 16 plain bytes', () => {
    expect(parseSecret('eeNEgYdJvXrFGRMCIMJdCQ')).toMatchObject({ ok: true, secret: { kind: 'plain' } });
  });

  it('refuses base64 that only looks like fake TLS, and offers its first 16 bytes', () => {
    const text = 'eeNEgYdJvXrFGRMCIMJdCQtkdgn_XN-dXJtZWRpYS5zdGVhbXBvd2VyZWQuY29t';
    const parsed = parseSecret(text);
    expect(parsed).toMatchObject({ ok: false, problem: 'non-standard' });
    expect(!parsed.ok && parsed.fallback?.[0]).toBe(0x79);
    // What a person is told to type instead gives the very bytes that are offered.
    const typed = parseSecret(text.slice(0, fallbackCharacters));
    expect(typed.ok && typed.secret.kind).toBe('plain');
    expect(typed.ok && Buffer.from(typed.bytes)).toEqual(!parsed.ok && Buffer.from(parsed.fallback ?? []));
  });

  const secrets = fc.oneof(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Uint8Array.of(0xdd, ...bytes)),
    fc
      .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.stringMatching(/^[a-z0-9.-]{1,182}$/))
      .map(([bytes, domain]) => Uint8Array.of(0xee, ...bytes, ...Buffer.from(domain))),
  );

  it('reads every secret back from every spelling, unless base64 happens to look like hexadecimal', () => {
    fc.assert(
      fc.property(secrets, (bytes) => {
        const buffer = Buffer.from(bytes);
        for (const text of [buffer.toString('hex'), buffer.toString('base64'), buffer.toString('base64url')]) {
          const parsed = parseSecret(text);
          expect(parsed.ok && Buffer.from(parsed.bytes)).toEqual(buffer);
          expect(parsed.ok && parsed.secret).toEqual(readSecret(buffer));
        }
      }),
    );
  });

  it('never throws, and accepts nothing but the three forms', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.base64String({ maxLength: 400 }),
      fc.stringMatching(/^(dd|ee)?[0-9a-f]{0,80}$/),
      fc.stringMatching(/^ee[\w-]{0,60}$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseSecret(text);
        if (!parsed.ok) {
          expect(parsed.problem === 'non-standard').toBe(parsed.fallback !== undefined);
          expect(parsed.fallback?.length ?? 16).toBe(16);
          return;
        }
        const { bytes, secret } = parsed;
        expect(secret.key.length).toBe(16);
        const rest = secret.kind === 'fake-tls' ? 17 + secret.domain.length : secret.kind === 'plain' ? 16 : 17;
        expect(bytes.length).toBe(rest);
        expect(bytes[0]).toBe(secret.kind === 'padded' ? 0xdd : secret.kind === 'fake-tls' ? 0xee : bytes[0]);
      }),
      { numRuns: 2000 },
    );
  });

  it('says what is wrong with bytes that are no secret, without repeating them', () => {
    expect(() => readSecret(Buffer.from('hunter2hunter2hunter2'))).toThrow(/^not a MTProxy secret: unknown-form$/);
  });
});
