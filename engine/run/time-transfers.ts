import type { Observation } from '../../model/observation.ts';
import type { Result } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';
import type { Gate } from '../gate/run-gate.ts';
import type { OpenRoute, Session } from '../job/session.ts';
import { timeTransfer } from '../job/throughput.ts';
import { type Direction, isGood, type NeutralRatios } from '../judge/case.ts';
import { compareTransfers, goodputRatio } from '../judge/compare-transfers.ts';
import type { Row } from './row.ts';

type Pair = readonly [current: OpenRoute, control: OpenRoute];

/**
 * The deep profile's transfers, one at a time and in both directions: a neutral object here and through the first control,
 * then every target that offers one and works on both. What looks wrong is done once more, on both. Adds what was seen to the
 * rows.
 */
export async function timeTransfers(
  session: Session,
  gate: Gate,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<NeutralRatios> {
  const pair = findPair(session, gate);
  const ratios: { -readonly [D in Direction]?: number } = {};
  if (session.input.profile !== 'deep' || !pair) return ratios;
  try {
    for (const direction of ['down', 'up'] as const) {
      const timed = rows.filter((row) => canBeTimed(row, direction, pair));
      if (timed.length === 0) continue;
      const ratio = await timeNeutral(session, direction, pair, signal);
      if (ratio !== undefined) ratios[direction] = ratio;
      for (const row of timed) await timeRow(session, row, direction, pair, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return ratios;
}

function findPair({ routes }: Session, gate: Gate): Pair | undefined {
  const [current] = routes;
  const control = routes.find(({ mtproxy }, index) => index > 0 && !mtproxy && gate.baselines[index]?.baseline.ok);
  return current.mtproxy || !control ? undefined : [current, control];
}

function urlOf({ transfer, upload }: Target, direction: Direction): string | undefined {
  return direction === 'down' ? transfer : upload;
}

function canBeTimed({ target, results }: Row, direction: Direction, pair: Pair): boolean {
  if (urlOf(target, direction) === undefined) return false;
  return pair.every(({ route }) => {
    const result = results.find(({ routeId }) => routeId === route.id);
    return result !== undefined && isGood(target, result);
  });
}

/** The first neutral object that comes through whole on both: one that is itself filtered says nothing of the line. */
async function timeNeutral(
  session: Session,
  direction: Direction,
  [current, control]: Pair,
  signal: AbortSignal,
): Promise<number | undefined> {
  for (const baseline of session.input.baselines) {
    const url = urlOf(baseline, direction);
    if (url === undefined) continue;
    const timed = { url, direction, try: 1 } as const;
    const here = await timeTransfer(session, current, timed, signal, []);
    const there = await timeTransfer(session, control, timed, signal, []);
    const whole = here && there && !here.failure && !there.failure;
    if (whole && here.goodput !== undefined && there.goodput) return goodputRatio(here.goodput, there.goodput);
  }
  return undefined;
}

async function timeRow(
  session: Session,
  row: Row,
  direction: Direction,
  [current, control]: Pair,
  signal: AbortSignal,
): Promise<void> {
  const url = urlOf(row.target, direction);
  if (url === undefined) return;
  for (const attempt of [1, 2] as const) {
    const timed = { url, direction, try: attempt };
    const time = async (open: OpenRoute) => {
      const seen: Observation[] = [];
      const transfer = await timeTransfer(session, open, timed, signal, seen);
      row.results = row.results.map((result) => (result.routeId === open.route.id ? extend(result, seen) : result));
      return transfer;
    };
    if (compareTransfers(await time(current), await time(control)) === undefined) return;
  }
}

function extend(result: Result, seen: readonly Observation[]): Result {
  return { ...result, observations: [...result.observations, ...seen] };
}
