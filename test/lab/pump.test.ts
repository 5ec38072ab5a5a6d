import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pump } from '../../lab/pump.ts';

const chunks = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 12 },
);

/** Everything that comes out until the end, or until 15 ms of silence. */
function collect(sink: PassThrough): Promise<{ bytes: Buffer; ended: boolean }> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const finish = (ended: boolean) => {
      clearTimeout(timer);
      resolve({ bytes: Buffer.concat(parts), ended });
    };
    let timer = setTimeout(finish, 15, false);
    sink.on('data', (part: Buffer) => {
      parts.push(part);
      clearTimeout(timer);
      timer = setTimeout(finish, 15, false);
    });
    sink.once('end', () => finish(true));
  });
}

describe('pump', () => {
  it('carries every byte in order and then the end, with or without delay, past a small buffer', async () => {
    await fc.assert(
      fc.asyncProperty(
        chunks,
        fc.constantFrom(0, 1, 3),
        fc.constantFrom(16, 65536),
        async (sent, delayMs, highWaterMark) => {
          const source = new PassThrough();
          const sink = new PassThrough({ highWaterMark });
          const collected = collect(sink);
          pump(source, sink, delayMs);
          for (const chunk of sent) source.write(chunk);
          source.end();
          expect(await collected).toEqual({ bytes: Buffer.concat(sent), ended: true });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('freezes at the byte, and hides the end from then on; below the limit it changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 12_000 }), async (sent, freezeAfter) => {
        const source = new PassThrough();
        const sink = new PassThrough();
        const collected = collect(sink);
        pump(source, sink, 0).limit({ freezeAfter });
        for (const chunk of sent) source.write(chunk);
        source.end();
        const whole = Buffer.concat(sent);
        const frozen = whole.length > freezeAfter;
        expect(await collected).toEqual({ bytes: whole.subarray(0, freezeAfter), ended: !frozen });
      }),
      { numRuns: 40 },
    );
  });

  it('slows its source down instead of hoarding', async () => {
    const source = new PassThrough();
    pump(source, new PassThrough(), 0).limit({ bytesPerSecond: 1024 });
    let written = 0;
    for (let index = 0; index < 64; index++) {
      source.write(Buffer.alloc(64 * 1024));
      written += 64 * 1024;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(source.readableLength + source.writableLength).toBeGreaterThan(written - 1024 * 1024);
    source.destroy();
  });
});
