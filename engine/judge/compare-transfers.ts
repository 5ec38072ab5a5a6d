import type { ObservationOf } from '../../model/observation.ts';

/** Where boxes that count packets stop a connection: after 10 to 32 KiB, about 25 packets. In bytes received. */
export const freeze = { from: 10 * 1024, to: 32 * 1024 };

/** Below this share of the control's goodput a transfer is worth a second look. */
const throttledBelow = 0.25;
/** A control slower than this, in bytes per second, is no measure: on a crawling line chance makes any ratio. */
const controlAtLeast = 64 * 1024;

/** In bytes per second: 256 KiB at this rate take 125 ms, and what is faster measures the machines rather than the way. */
const fastEnough = 2 * 1024 * 1024;

const silences = new Set<string | undefined>(['stall', 'timeout', 'kernel-timeout']);

export type Transfer = ObservationOf<'transfer'>;

export interface TransferFinding {
  /** Silent after the first kilobytes; silent elsewhere; never silent, and slow. */
  readonly how: 'freeze' | 'stall' | 'slow';
  /** See {@link goodputRatio}; absent where too little came to tell. */
  readonly ratio?: number;
}

/** Goodput here over goodput through the control, in bytes per second each; whatever is fast enough counts as equally fast. */
export function goodputRatio(here: number, control: number): number {
  return Math.min(here, fastEnough) / Math.min(control, fastEnough);
}

/**
 * What is wrong with a transfer here, measured by the same one through a control; undefined when nothing is, or when the
 * control is no measure. Anything that failed other than by silence, such as an error status, was not timed; nor was what
 * came all at once.
 */
export function compareTransfers(
  here: Transfer | undefined,
  control: Transfer | undefined,
): TransferFinding | undefined {
  if (!here || control?.goodput === undefined || control.failure || control.goodput < controlAtLeast) return undefined;
  const share = here.goodput === undefined ? {} : { ratio: goodputRatio(here.goodput, control.goodput) };
  const kind = here.failure?.kind;
  // An upload that the kernel took whole and nobody answered may have stopped or crawled: the mechanism stays open.
  const unanswered = kind === 'too-slow' && share.ratio === undefined;
  if (silences.has(kind) || unanswered) {
    const at = here.receivedBytes ?? here.bytes;
    return { how: at >= freeze.from && at <= freeze.to ? 'freeze' : 'stall', ...share };
  }
  if ((here.failure && kind !== 'too-slow') || share.ratio === undefined) return undefined;
  return share.ratio < throttledBelow ? { how: 'slow', ...share } : undefined;
}
