import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceptObfuscatedInit,
  createObfuscatedInit,
  isReservedStart,
  type ObfuscatedFraming,
} from '../../../engine/mtproto/obfuscation.ts';

const ones = (length: number) => new Uint8Array(length).fill(0xff);
const zeroSecret = new Uint8Array(16);
const tags: readonly ObfuscatedFraming[] = ['abridged', 'intermediate', 'padded'];

/** Random sources for a test: the given starts first, then real randomness. */
function startingWith(starts: readonly string[]): { random: (length: number) => Uint8Array; drawn: () => number } {
  let drawn = 0;
  return {
    drawn: () => drawn,
    random: (length) => {
      const bytes = randomBytes(length);
      const start = starts[drawn++];
      if (start === undefined) bytes.write('a1b2c3d4a1b2c3d4', 'hex');
      else bytes.write(start, 'hex');
      return bytes;
    },
  };
}

describe('createObfuscatedInit', () => {
  it.each([
    // The vector without a secret names no data centre: its two bytes stay random, and ffff is -1.
    { tag: 'intermediate', dc: -1, secret: undefined, tail: 'fce8ab2203db2bff' },
    { tag: 'intermediate', dc: 1, secret: zeroSecret, tail: 'ecec4cbda8bb188b' },
    { tag: 'intermediate', dc: -1, secret: zeroSecret, tail: 'ecec4cbd5644188b' },
    { tag: 'padded', dc: 2, secret: zeroSecret, tail: 'dfdf7f8eabbb188b' },
  ] as const)('meets the vector $tail', ({ tag, dc, secret, tail }) => {
    const { header } = createObfuscatedInit({ tag, dc, random: ones, ...(secret && { secret }) });
    expect(header.length).toBe(64);
    expect(header.subarray(0, 56)).toEqual(Buffer.from(ones(56)));
    expect(header.subarray(56).toString('hex')).toBe(tail);
  });

  it('lets one AES-256-CTR stream run on over the start and what follows, in both directions', () => {
    const init = createObfuscatedInit({ tag: 'padded', dc: 203, random: randomBytes });
    const material = init.header.subarray(8, 56);
    const reversed = Buffer.from(material).reverse();
    const up = createCipheriv('aes-256-ctr', material.subarray(0, 32), material.subarray(32));
    const down = createDecipheriv('aes-256-ctr', reversed.subarray(0, 32), reversed.subarray(32));

    up.update(Buffer.alloc(64));
    const sent = [1, 15, 16, 100].map((length) => randomBytes(length));
    for (const bytes of sent) expect(init.encrypt(bytes)).toEqual(up.update(bytes));
    for (const bytes of sent) expect(init.decrypt(bytes)).toEqual(down.update(bytes));
  });

  it('mixes the secret into both keys with SHA-256', () => {
    const secret = randomBytes(16);
    const init = createObfuscatedInit({ tag: 'padded', dc: 2, random: randomBytes, secret });
    const reversed = Buffer.from(init.header.subarray(8, 56)).reverse();
    const key = createHash('sha256').update(reversed.subarray(0, 32)).update(secret).digest();
    const down = createDecipheriv('aes-256-ctr', key, reversed.subarray(32));
    const bytes = randomBytes(40);
    expect(init.decrypt(bytes)).toEqual(down.update(bytes));
  });

  it.each([
    ['abridged', 'ef11223344556677'],
    ['HEAD', '4845414444556677'],
    ['POST', '504f535444556677'],
    ['GET', '4745542044556677'],
    ['OPTIONS', '4f50544944556677'],
    ['padded', 'dddddddd44556677'],
    ['intermediate', 'eeeeeeee44556677'],
    ['TLS', '1603010244556677'],
    ['full', '1122334400000000'],
  ])('draws again when it would look like %s', (_, start) => {
    const { random, drawn } = startingWith([start, start]);
    const { header } = createObfuscatedInit({ tag: 'padded', dc: 1, random });
    expect(drawn()).toBe(3);
    expect(header.subarray(0, 8).toString('hex')).toBe('a1b2c3d4a1b2c3d4');
  });

  it('accepts near misses of the reserved starts', () => {
    const nearMisses = ['eeef000044556677', '4845414544556677', '1603010144556677', '00000000000000ff'];
    for (const start of nearMisses) expect(isReservedStart(Buffer.from(start, 'hex')), start).toBe(false);
  });

  it('gives up on a source that is not random, and refuses impossible arguments', () => {
    expect(() => createObfuscatedInit({ tag: 'padded', dc: 1, random: (length) => new Uint8Array(length) })).toThrow(
      RangeError,
    );
    expect(() => createObfuscatedInit({ tag: 'padded', dc: 40_000, random: randomBytes })).toThrow(RangeError);
    const secret = new Uint8Array(17);
    expect(() => createObfuscatedInit({ tag: 'padded', dc: 1, random: randomBytes, secret })).toThrow(RangeError);
  });
});

describe('acceptObfuscatedInit', () => {
  it('reads what a client started and talks with it both ways, however the bytes are cut', () => {
    const bytes = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 });
    const secrets = fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 }), { nil: undefined });
    const dcs = fc.integer({ min: -32768, max: 32767 });
    fc.assert(
      fc.property(fc.constantFrom(...tags), dcs, secrets, bytes, bytes, (tag, dc, secret, up, down) => {
        const client = createObfuscatedInit({ tag, dc, random: randomBytes, ...(secret && { secret }) });
        const server = acceptObfuscatedInit(client.header, secret);
        expect(server).toMatchObject({ tag, dc });
        if (server === null) return;
        const received = server.decrypt(Buffer.concat(up.map((chunk) => client.encrypt(chunk))));
        expect(received).toEqual(Buffer.concat(up));
        const answer = server.encrypt(Buffer.concat(down));
        expect(Buffer.concat([...answer].map((byte) => client.decrypt(Uint8Array.of(byte))))).toEqual(
          Buffer.concat(down),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('knows nothing without the right secret, nor in random bytes', () => {
    const { header } = createObfuscatedInit({ tag: 'padded', dc: 2, random: randomBytes, secret: zeroSecret });
    expect(acceptObfuscatedInit(header, zeroSecret)).not.toBeNull();
    expect(acceptObfuscatedInit(header)).toBeNull();
    expect(acceptObfuscatedInit(header, ones(16))).toBeNull();
    for (let i = 0; i < 1000; i++) expect(acceptObfuscatedInit(randomBytes(64))).toBeNull();
    for (const length of [0, 63, 65]) expect(acceptObfuscatedInit(randomBytes(length))).toBeNull();
  });
});
