import type { Duplex } from 'node:stream';
import type { Failure, Step } from '../model/failure.ts';
import { classifyError } from './classify-error.ts';

export interface StreamEnding {
  /** The peer closed in order (FIN, or close_notify under TLS). */
  ended: boolean;
  /** What broke the stream, such as a reset. */
  error?: unknown;
}

/**
 * Watches how a stream ends, ahead of every other listener: node:http and ws report a reset and an orderly close with one
 * and the same code.
 */
export function observeEnding(stream: Duplex): StreamEnding {
  const ending: StreamEnding = { ended: false };
  stream.prependListener('error', (error) => {
    ending.error ??= error;
  });
  stream.prependListener('end', () => {
    ending.ended = true;
  });
  if (stream.errored) ending.error = stream.errored;
  return ending;
}

/** The failure behind a library's error: malformed data as it says, and anything else by how the stream really ended. */
export function explainEnding(step: Step, error: unknown, ending: StreamEnding): Failure {
  const told = classifyError(step, error);
  if (told.kind === 'http-malformed') return told;
  if (ending.error !== undefined) return classifyError(step, ending.error);
  return ending.ended ? { step, kind: 'eof' } : told;
}
