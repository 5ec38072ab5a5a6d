import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { convertStream } from '../../lab/convert-stream.ts';

const asItIs = { receive: (chunk: Buffer) => chunk, send: (chunk: Buffer) => chunk };

describe('a converted stream', () => {
  it('closes when the one outside breaks, and ends no process that only listens for the close', async () => {
    const outer = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    const inner = convertStream(outer, asItIs);
    // Not `once` of node:events: it listens for errors too.
    const closed = new Promise((resolve) => inner.once('close', resolve));
    outer.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    await closed;
    expect(inner.errored).toMatchObject({ code: 'ECONNRESET' });
  });

  it('takes the one outside with it', async () => {
    const outer = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    const closed = once(outer, 'close');
    convertStream(outer, asItIs).destroy();
    await closed;
    expect(outer.destroyed).toBe(true);
  });
});
