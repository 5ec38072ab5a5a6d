import type { WriteStream } from 'node:tty';
import { type Io, type Output, TooLargeError } from './io.ts';

/**
 * The real terminal, as commands see it.
 * @param onFailure told the errno when standard output cannot take what is written to it
 */
export function createTerminalIo(signal: AbortSignal, onFailure: (code: string) => void): Io {
  const { env } = process;
  return {
    stdout: createOutput(process.stdout, env, onFailure),
    stderr: createOutput(process.stderr, env, () => {}),
    readStdin: (limit) => readStdin(limit, signal),
    env,
    now: () => new Date(),
    signal,
  };
}

function createOutput(stream: WriteStream, env: Io['env'], onFailure: (code: string) => void): Output {
  let open = true;
  // A reader that has seen enough (`| head`) closes the pipe: EPIPE ends the output, not the check and its files.
  // Anything else, such as a full disk, means that a result was lost.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    open = false;
    if (error.code !== 'EPIPE') onFailure(error.code ?? 'unknown');
  });
  const isTty = stream.isTTY === true && env.TERM !== 'dumb';
  return {
    write: (text) => {
      if (open) stream.write(text);
    },
    flush: () =>
      new Promise((done) => {
        if (open) stream.write('', (error) => done(open && !error));
        else done(false);
      }),
    isTty,
    get columns() {
      return stream.columns || 80;
    },
    color: isTty && !env.NO_COLOR,
  };
}

/** Standard input to its end; an interrupt ends the wait, as nobody may ever close it. */
async function readStdin(limit: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stop = () => process.stdin.destroy(new Error('interrupted'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw new TooLargeError(`more than ${limit} bytes`);
      chunks.push(chunk);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return Buffer.concat(chunks);
}
