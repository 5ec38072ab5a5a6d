import type { IncomingMessage } from 'node:http';
import type { Refusal } from './judge-request.ts';
import { nestsTooDeep } from './nests-too-deep.ts';

/** How much of an unwanted body is read and thrown away, in bytes, so that a client still hears why. */
const politeBytes = 1024 * 1024;

/**
 * A request's body as JSON; an empty body is undefined.
 * @param limit in bytes
 * @param deadlineMs for the whole body
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
  deadlineMs: number,
): Promise<{ readonly input: unknown } | Refusal> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return { status: 413, text: 'too large' };
  const bytes = await collect(request, limit, deadlineMs);
  if ('status' in bytes) return bytes;
  if (bytes.length === 0) return { input: undefined };
  if (nestsTooDeep(bytes)) return { status: 400, text: 'nested too deep' };
  try {
    return { input: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return { status: 400, text: 'not JSON' };
  }
}

function collect(request: IncomingMessage, limit: number, deadlineMs: number): Promise<Buffer | Refusal> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (result: Buffer | Refusal) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > limit) finish({ status: 413, text: 'too large' });
    };
    const onEnd = () => finish(Buffer.concat(chunks));
    const onClose = () => finish({ status: 400, text: 'cut off' });
    const timer = setTimeout(() => finish({ status: 408, text: 'too slow' }), deadlineMs);
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** Throws away what still comes of a body after its answer, up to a limit; then the connection is cut. */
export function dropBody(request: IncomingMessage): void {
  if (request.complete) return;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > politeBytes) request.destroy();
  });
  request.on('error', () => {});
}
