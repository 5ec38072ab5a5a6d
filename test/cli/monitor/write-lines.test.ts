import { describe, expect, it } from 'vitest';
import { createLineWriter } from '../../../cli/monitor/write-lines.ts';
import { type MonitorLine, monitorLineSchema } from '../../../model/monitor-line.ts';
import { createFakeIo } from '../fake-io.ts';

const line: MonitorLine = { schema: 'waylight.monitor/1', event: 'stop', at: '2026-08-22T10:00:00.000Z' };
const length = JSON.stringify(line).length + 1;

/** Lines without end to speak of, and how many of them were taken. */
function manyLines(count: number) {
  const taken = { count: 0 };
  function* lines() {
    for (; taken.count < count; taken.count += 1) yield line;
  }
  return { taken, lines: lines() };
}

function createWriter(flush: () => Promise<boolean>) {
  const io = createFakeIo();
  const stop = new AbortController();
  let unheard = 0;
  const onUnheard = () => {
    unheard += 1;
  };
  const writer = createLineWriter({ ...io.stdout, flush }, stop.signal, onUnheard);
  return { io, stop, writer, unheard: () => unheard };
}

describe('the lines', () => {
  it('are all written, each whole', async () => {
    const { io, writer, unheard } = createWriter(async () => true);
    await writer.write(manyLines(5000).lines);
    const written = io.out().trimEnd().split('\n');
    expect(written).toHaveLength(5000);
    for (const text of written) expect(monitorLineSchema.parse(JSON.parse(text))).toEqual(line);
    expect(unheard()).toBe(0);
  });

  it('are not even made before those ahead of them are taken', async () => {
    let take: (() => void) | undefined;
    const flush = () =>
      new Promise<boolean>((resolve) => {
        take = () => resolve(true);
      });
    const { io, stop, writer } = createWriter(flush);
    const { taken, lines } = manyLines(100_000);
    const writing = writer.write(lines);
    await new Promise((resolve) => setImmediate(resolve));
    expect(io.out().length).toBeLessThan(65_536 + length);
    expect(taken.count * length).toBeLessThan(65_536 + length);
    const first = io.out().length;
    take?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(io.out().length).toBeLessThanOrEqual(2 * first);
    expect(io.out().length).toBeGreaterThan(first);
    stop.abort(new Error('stop'));
    await writing;
    expect(io.out().length).toBeLessThanOrEqual(2 * first);
  });

  it('end where nobody reads, and that is told once', async () => {
    const { io, writer, unheard } = createWriter(async () => false);
    await writer.write(manyLines(100_000).lines);
    expect(io.out().length).toBeLessThan(65_536 + length);
    expect(unheard()).toBe(1);
  });
});
