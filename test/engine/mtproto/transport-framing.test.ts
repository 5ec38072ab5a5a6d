import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createFrameDecoder,
  createFrameEncoder,
  type Framing,
  framingPrefix,
  maxPadding,
} from '../../../engine/mtproto/transport-framing.ts';

const framings: readonly Framing[] = ['abridged', 'intermediate', 'padded', 'full'];
const message = fc
  .integer({ min: 1, max: 300 })
  .chain((words) => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 }));

/** Cuts bytes into chunks of the given sizes, over and over. */
function chop(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

describe('createFrameEncoder', () => {
  const payload = Buffer.from('0102030405060708', 'hex');
  const fixed = (length: number) => new Uint8Array(length).fill(0xa3);

  it('writes what the specification draws', () => {
    expect(createFrameEncoder('abridged', fixed)(payload).toString('hex')).toBe('020102030405060708');
    expect(createFrameEncoder('intermediate', fixed)(payload).toString('hex')).toBe('080000000102030405060708');
    // 0xa3 & 15 is 3 bytes of padding.
    expect(createFrameEncoder('padded', fixed)(payload).toString('hex')).toBe('0b0000000102030405060708a3a3a3');
  });

  it('counts frames of the full transport and closes each with the CRC-32 of all before', () => {
    const encode = createFrameEncoder('full', fixed);
    // Checksums computed with zlib.crc32 of Python.
    expect(encode(payload).toString('hex')).toBe('14000000000000000102030405060708e06e4584');
    expect(encode(payload).toString('hex')).toBe('140000000100000001020304050607088f22e01f');
  });

  it('takes the long form of abridged from 127 words on', () => {
    const encode = createFrameEncoder('abridged', fixed);
    expect(
      encode(Buffer.alloc(126 * 4))
        .subarray(0, 1)
        .toString('hex'),
    ).toBe('7e');
    expect(
      encode(Buffer.alloc(127 * 4))
        .subarray(0, 4)
        .toString('hex'),
    ).toBe('7f7f0000');
    expect(
      encode(Buffer.alloc(0x10203 * 4))
        .subarray(0, 4)
        .toString('hex'),
    ).toBe('7f030201');
  });

  it('pads with 0 to 15 bytes, all of them in use', () => {
    const encode = createFrameEncoder('padded', randomBytes);
    const lengths = Array.from({ length: 1000 }, () => encode(payload).length - 12);
    expect(new Set(lengths).size).toBe(16);
    expect(Math.min(...lengths)).toBe(0);
    expect(Math.max(...lengths)).toBe(maxPadding);
  });

  it.each(framings)('refuses to send half a word (%s)', (framing) => {
    const encode = createFrameEncoder(framing, randomBytes);
    for (const length of [0, 3, 5]) expect(() => encode(Buffer.alloc(length))).toThrow(RangeError);
  });
});

describe('framingPrefix', () => {
  it('announces the transport', () => {
    expect(framings.map((framing) => framingPrefix(framing).toString('hex'))).toEqual([
      'ef',
      'eeeeeeee',
      'dddddddd',
      '',
    ]);
  });
});

describe('createFrameDecoder', () => {
  it.each(framings)('gives back what was sent, however it is chopped (%s)', (framing) => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
        (messages, sizes) => {
          const encode = createFrameEncoder(framing, randomBytes);
          const decoder = createFrameDecoder(framing, 1200);
          const stream = Buffer.concat(messages.map((bytes) => encode(bytes)));
          const pushed = chop(stream, sizes).map((chunk) => decoder.push(chunk));
          const frames = pushed.flatMap((result) => result.frames);
          expect(pushed.at(-1)?.broken).toBe(false);
          expect(frames.length).toBe(messages.length);
          for (const [index, frame] of frames.entries()) {
            const sent = Buffer.from(messages[index] ?? []);
            expect(frame.subarray(0, sent.length).equals(sent)).toBe(true);
            expect(frame.length - sent.length).toBeLessThanOrEqual(framing === 'padded' ? maxPadding : 0);
          }
          expect(decoder.partial()).toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('breaks at the header of a frame that is too long, without waiting for it', () => {
    const headers: Record<Framing, string> = {
      abridged: '7fffffff',
      intermediate: '00000040',
      padded: '00000040',
      full: '0000004000000000',
    };
    for (const framing of framings) {
      const decoder = createFrameDecoder(framing, 1024);
      expect(decoder.push(Buffer.from(headers[framing], 'hex'))).toEqual({ frames: [], broken: true });
    }
  });

  it('admits exactly the longest frame', () => {
    for (const framing of framings) {
      const encode = createFrameEncoder(framing, (length) => new Uint8Array(length).fill(0xff));
      expect(createFrameDecoder(framing, 1024).push(encode(Buffer.alloc(1024))).frames.length).toBe(1);
      expect(createFrameDecoder(framing, 1020).push(encode(Buffer.alloc(1024)))).toEqual({ frames: [], broken: true });
    }
  });

  it('breaks on empty frames, quick acknowledgements, odd lengths and wrong checksums', () => {
    const full = createFrameEncoder('full', randomBytes)(Buffer.alloc(8));
    full[10] = 1;
    const cases: [Framing, Buffer][] = [
      ['abridged', Buffer.from('00', 'hex')],
      ['abridged', Buffer.from('8a', 'hex')],
      ['abridged', Buffer.from('7f000000', 'hex')],
      ['intermediate', Buffer.from('00000000', 'hex')],
      ['intermediate', Buffer.from('05000000', 'hex')],
      ['intermediate', Buffer.from('04000080', 'hex')],
      ['padded', Buffer.from('03000000', 'hex')],
      ['full', Buffer.from('0b00000000000000', 'hex')],
      ['full', full],
    ];
    for (const [framing, bytes] of cases) {
      expect(createFrameDecoder(framing, 1024).push(bytes), `${framing} ${bytes.toString('hex')}`).toEqual({
        frames: [],
        broken: true,
      });
    }
  });

  it('keeps the frames before the broken one, and looks at nothing after', () => {
    const decoder = createFrameDecoder('abridged', 1024);
    const bytes = Buffer.from('0101020304ff0105060708', 'hex');
    expect(decoder.push(bytes)).toEqual({ frames: [Buffer.from('01020304', 'hex')], broken: true });
    expect(decoder.push(Buffer.from('0105060708', 'hex'))).toEqual({ frames: [], broken: true });
  });

  it('shows the body under way', () => {
    const decoder = createFrameDecoder('intermediate', 1024);
    decoder.push(Buffer.from('0800000001', 'hex'));
    decoder.push(Buffer.from('02', 'hex'));
    expect(decoder.partial()).toEqual({ length: 8, body: Buffer.from('0102', 'hex') });
    decoder.push(Buffer.from('030405060708', 'hex'));
    expect(decoder.partial()).toBeNull();
  });

  it.each(framings)('never throws nor grows on random bytes (%s)', (framing) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 30 }), (chunks) => {
        const decoder = createFrameDecoder(framing, 256);
        for (const chunk of chunks) {
          const { frames } = decoder.push(chunk);
          for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(256 + maxPadding);
          expect(decoder.partial()?.body.length ?? 0).toBeLessThanOrEqual(256 + maxPadding);
        }
      }),
      { numRuns: 200 },
    );
  });
});
