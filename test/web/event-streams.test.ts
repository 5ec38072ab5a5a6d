import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostEvent } from '../../model/contract.ts';
import { createEventStreams } from '../../web/event-streams.ts';

const beatMs = 1000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An answer of which the client has left `writableLength` bytes unread. */
class FakeResponse extends EventEmitter {
  writableLength = 0;
  destroyed = false;
  readonly written: string[] = [];
  writeHead() {
    return this;
  }
  write(text: string) {
    this.written.push(text);
    return true;
  }
  destroy() {
    this.destroyed = true;
    this.emit('close');
    return this;
  }
}

function createParts() {
  const listeners = new Set<(event: HostEvent) => void>();
  const host = {
    subscribe: (listener: (event: HostEvent) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const streams = createEventStreams(host, beatMs);
  const open = (signal = new AbortController().signal) => {
    const response = new FakeResponse();
    const refusal = streams.open(response as unknown as ServerResponse, signal);
    return { response, refusal };
  };
  const emit = (event: HostEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { streams, open, emit, listeners };
}

const event: HostEvent = { type: 'show', screen: 'map' };

describe('a page that does not read', () => {
  it('is cut off at the second beat it leaves unread', () => {
    const { open } = createParts();
    const { response } = open();
    response.writableLength = 1;
    vi.advanceTimersByTime(beatMs);
    expect(response.destroyed).toBe(false);
    vi.advanceTimersByTime(beatMs);
    expect(response.destroyed).toBe(true);
  });

  it('is forgiven where it has caught up in between', () => {
    const { open } = createParts();
    const { response } = open();
    for (const unread of [1, 0, 1, 0, 1]) {
      response.writableLength = unread;
      vi.advanceTimersByTime(beatMs);
    }
    expect(response.destroyed).toBe(false);
  });

  it('is cut off at once where more waits than its limit, and the others are told', () => {
    const { open, emit } = createParts();
    const [deaf, page] = [open().response, open().response];
    deaf.writableLength = 8 * 1024 * 1024 + 1;
    emit(event);
    expect(deaf).toMatchObject({ destroyed: true, written: [': open\n\n'] });
    expect(page.written).toEqual([': open\n\n', 'data: {"type":"show","screen":"map"}\n\n']);
  });
});

describe('streams', () => {
  it('beat while nothing happens', () => {
    const { open } = createParts();
    const { response } = open();
    vi.advanceTimersByTime(2 * beatMs);
    expect(response.written).toEqual([': open\n\n', ': beat\n\n', ': beat\n\n']);
  });

  it('make room for another when one ends, however it ends', () => {
    const { open } = createParts();
    const session = new AbortController();
    const opened = Array.from({ length: 16 }, (_, index) => open(index === 0 ? session.signal : undefined));
    expect(open().refusal).toMatchObject({ status: 429 });
    opened[1]?.response.emit('close');
    expect(open().refusal).toBeUndefined();
    expect(open().refusal).toMatchObject({ status: 429 });
    session.abort();
    expect(opened[0]?.response.destroyed).toBe(true);
    expect(open().refusal).toBeUndefined();
  });

  it('leave the host alone when they are closed', () => {
    const { streams, open, listeners } = createParts();
    const { response } = open();
    streams.close();
    expect(response.destroyed).toBe(true);
    expect(listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
