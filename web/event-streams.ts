import type { ServerResponse } from 'node:http';
import type { Host } from '../app/host/ports.ts';
import type { Refusal } from './judge-request.ts';

/** A page each, and some to spare for tabs that were forgotten. */
const maxStreams = 16;
/** In ms. A page that leaves two beats unread does not read at all. */
const defaultBeatMs = 15_000;
/** Bytes that may wait for a page beyond what the system holds for it. */
const maxBehind = 8 * 1024 * 1024;

export interface EventStreams {
  /** Answers with the host's events until the page goes, falls behind, or `signal` is aborted. */
  open(response: ServerResponse, signal: AbortSignal): Refusal | undefined;
  close(): void;
}

interface Stream {
  readonly response: ServerResponse;
  /** Whether all was read at the last beat. */
  upToDate: boolean;
}

/** The host's events for every page that listens; each event is written as text once. */
export function createEventStreams(host: Pick<Host, 'subscribe'>, beatMs = defaultBeatMs): EventStreams {
  const streams = new Set<Stream>();
  const send = (text: string) => {
    for (const { response } of streams) {
      // To be told nothing is better than to be told half: the page sees the end and reads everything anew.
      if (response.writableLength > maxBehind) response.destroy();
      else response.write(text);
    }
  };
  const beat = () => {
    for (const stream of streams) {
      const isUpToDate = stream.response.writableLength === 0;
      if (!isUpToDate && !stream.upToDate) stream.response.destroy();
      stream.upToDate = isUpToDate;
    }
    send(': beat\n\n');
  };
  const timer = setInterval(beat, beatMs);
  timer.unref();
  const unsubscribe = host.subscribe((event) => send(`data: ${JSON.stringify(event)}\n\n`));
  return {
    open: (response, signal) => {
      if (streams.size >= maxStreams) return { status: 429, text: 'too many pages are open' };
      const stream: Stream = { response, upToDate: true };
      const end = () => response.destroy();
      signal.addEventListener('abort', end, { once: true });
      response.on('close', () => {
        streams.delete(stream);
        signal.removeEventListener('abort', end);
      });
      response.on('error', () => {});
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': open\n\n');
      streams.add(stream);
      return undefined;
    },
    close: () => {
      clearInterval(timer);
      unsubscribe();
      for (const { response } of streams) response.destroy();
    },
  };
}
