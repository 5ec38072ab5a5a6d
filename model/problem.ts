import type { Words } from './words.ts';

/** Every way in which words, a file or a call can be wrong. */
export type ProblemCode = keyof Words['problems'];

/** What is wrong with the words or a file, where exactly, as data; each interface makes its own sentence of it. */
export interface Problem {
  /** As the person wrote it; `-` is standard input. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1, in UTF-16 units; given where a line can hold several things. */
  readonly column?: number;
  /** Column of a CSV file or path in a JSON document, such as `[3].expect.status`. */
  readonly field?: string;
  readonly option?: string;
  /** The route it happened over, where several were tried. */
  readonly route?: { readonly id: string; readonly label: string };
  readonly code: ProblemCode;
  /** What the sentence needs. Never a credential. */
  readonly params?: Readonly<Record<string, string | number>>;
}

/** A parser's answer: it never throws. Notices are worth saying and stop nothing. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly notices: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };
