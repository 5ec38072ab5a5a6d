import type { Io, Output } from '../../cli/io.ts';

export interface FakeIo extends Io {
  /** What was written so far. */
  readonly out: () => string;
  readonly err: () => string;
  readonly interrupt: () => void;
}

interface Options {
  readonly isTty?: boolean;
  readonly columns?: number;
  readonly color?: boolean;
  readonly env?: Record<string, string>;
  readonly stdin?: string;
}

/** A terminal in memory. */
export function createFakeIo({ isTty = false, columns = 80, color = false, env = {}, stdin }: Options = {}): FakeIo {
  const controller = new AbortController();
  const written = { out: '', err: '' };
  const output = (name: 'out' | 'err'): Output => ({
    write: (text) => {
      written[name] += text;
    },
    flush: async () => true,
    isTty,
    columns,
    color,
  });
  return {
    stdout: output('out'),
    stderr: output('err'),
    readStdin: async () => {
      if (stdin === undefined) throw new Error('standard input was not to be read');
      return Buffer.from(stdin);
    },
    env,
    now: () => new Date('2026-08-22T10:00:00Z'),
    signal: controller.signal,
    out: () => written.out,
    err: () => written.err,
    interrupt: () => controller.abort(new Error('interrupted')),
  };
}
