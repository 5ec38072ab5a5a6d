import type { Result } from '../../../model/result.ts';
import { type Case, type Decision, type Direction, isGood, type Rule, type Says } from '../case.ts';
import { compareTransfers, type Transfer, type TransferFinding } from '../compare-transfers.ts';
import type { EvidenceKey, RuleId } from '../vocabulary.ts';

/** Neutral data must keep at least this share of the control's goodput, or it is the line that is slow. */
const neutralAtLeast = 0.5;

/** It answers, but twice in a row a transfer stops or crawls here and runs through the control, and neutral data runs here too. */
export const throttled: Rule = (c) => {
  if (!isGood(c.target, c.current)) return undefined;
  return judgeDirection(c, 'down') ?? judgeDirection(c, 'up');
};

interface Pair {
  readonly here: Transfer;
  readonly control: Transfer;
  readonly finding: TransferFinding;
}

function judgeDirection(c: Case, direction: Direction): Decision | undefined {
  const neutral = c.neutralRatios?.[direction] ?? 0;
  const first = compareTry(c, direction, 1);
  const second = compareTry(c, direction, 2);
  if (neutral < neutralAtLeast || !first || !second) return undefined;
  const how = agreed(first.finding, second.finding);
  if (how === undefined) return undefined;
  const { says, ...ended } = conclusions[how];
  return {
    verdict: 'impaired',
    ...ended,
    confidence: 'medium',
    evidence: [
      ...[first, second].flatMap(({ here, control, finding }): Says[] => [
        { says, observation: here.id, ratio: finding.ratio },
        { says: 'control-ok', observation: control.id },
      ]),
      { says: 'neutral-transfer-ok', ratio: neutral },
    ],
    next: ['use-working-route', 'run-again'],
  };
}

type How = TransferFinding['how'];

const conclusions: Readonly<
  Record<How, Pick<Decision, 'mechanism'> & { readonly rule: RuleId; readonly says: EvidenceKey }>
> = {
  freeze: { mechanism: 'freeze', rule: 'freeze.after-first-kilobytes', says: 'stalled-after-first-kilobytes' },
  stall: { rule: 'http.stall', says: 'stalled' },
  slow: { mechanism: 'throttling', rule: 'throttling.goodput-ratio', says: 'slower-than-control' },
};

/** Two silences at different places are still two silences. One that is slow and one that stops tell of something unsteady. */
function agreed(first: TransferFinding, second: TransferFinding): How | undefined {
  if (first.how === second.how) return first.how;
  return first.how === 'slow' || second.how === 'slow' ? undefined : 'stall';
}

function compareTry(c: Case, direction: Direction, attempt: 1 | 2): Pair | undefined {
  const here = transferOf(c.current, direction, attempt);
  for (const result of c.good) {
    const control = transferOf(result, direction, attempt);
    const finding = compareTransfers(here, control);
    if (here && control && finding) return { here, control, finding };
  }
  return undefined;
}

function transferOf(result: Result, direction: Direction, attempt: 1 | 2): Transfer | undefined {
  return result.observations.find(
    (item): item is Transfer =>
      item.step === 'transfer' && item.purpose === 'throughput' && item.direction === direction && item.try === attempt,
  );
}
