import type { Observation } from '../../model/observation.ts';
import type { Result } from '../../model/result.ts';
import type { Gate } from '../gate/run-gate.ts';
import type { OpenRoute, Session } from '../job/session.ts';
import { timeTransfer } from '../job/throughput.ts';
import { isGood } from '../judge/case.ts';
import type { Row } from './row.ts';

/**
 * The deep profile's downloads, one at a time: a neutral object here and through the first control, then every target that
 * offers one and works on both. Adds what was seen to the rows.
 *
 * @returns goodput here over goodput through the control for the neutral object, where both completed
 */
export async function timeTransfers(
  session: Session,
  gate: Gate,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<number | undefined> {
  const current = session.routes[0];
  const control = session.routes.find(
    ({ mtproxy }, index) => index > 0 && !mtproxy && gate.baselines[index]?.baseline.ok,
  );
  const neutral = session.input.baselines.find(({ transfer }) => transfer !== undefined)?.transfer;
  if (session.input.profile !== 'deep' || current.mtproxy || !control || neutral === undefined) return undefined;
  try {
    const here = await timeTransfer(session, current, neutral, signal, []);
    const there = await timeTransfer(session, control, neutral, signal, []);
    for (const row of rows) await timeRow(session, row, [current, control], signal);
    return here !== undefined && there !== undefined && there > 0 ? here / there : undefined;
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  }
}

async function timeRow(session: Session, row: Row, opens: readonly OpenRoute[], signal: AbortSignal): Promise<void> {
  const url = row.target.transfer;
  const pair = opens.map(({ route }) => row.results.find(({ routeId }) => routeId === route.id));
  if (url === undefined || !pair.every((result) => result && isGood(row.target, result))) return;
  for (const open of opens) {
    const seen: Observation[] = [];
    await timeTransfer(session, open, url, signal, seen);
    row.results = row.results.map((result) => (result.routeId === open.route.id ? extend(result, seen) : result));
  }
}

function extend(result: Result, seen: readonly Observation[]): Result {
  return { ...result, observations: [...result.observations, ...seen] };
}
