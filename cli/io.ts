/** One stream a command writes to. */
export interface Output {
  write(text: string): void;
  /** Resolves once all that was written has been taken: true, or false where nobody takes anything any more. */
  flush(): Promise<boolean>;
  readonly isTty: boolean;
  /** Width in characters; 80 where unknown. Read it each time: a terminal can be resized. */
  readonly columns: number;
  /** Whether colour and movement may be used: a terminal, and NO_COLOR not set (no-color.org). */
  readonly color: boolean;
}

/** Everything a command may touch besides files and the network, so that a test can stand in for the terminal. */
export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, problems, warnings. */
  readonly stderr: Output;
  /** Reads standard input to its end; rejects with a {@link TooLargeError} above `limit` bytes. */
  readStdin(limit: number): Promise<Buffer>;
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** More input than a stated limit, in bytes. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** 0 the work was done, whatever it found; 1 a defect of ours; 2 the words or a file are wrong; 3 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3;
