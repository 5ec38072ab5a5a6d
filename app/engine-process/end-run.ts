import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { Problem } from '../../model/problem.ts';
import type { RunReport } from '../../model/report.ts';
import type { VerdictChange } from '../../model/run-view.ts';
import { storeErrorCode } from '../history/sqlite-problem.ts';
import type { RunStore } from '../host/ports.ts';
import { redactReport } from '../report/redact.ts';
import type { RememberedRun } from './measure.ts';
import type { History } from './open-history.ts';
import type { Disturbance, RunEnd } from './protocol.ts';
import { outcomeOf } from './view-of-report.ts';

/**
 * Everything that is left of a run; a check is also kept in the history, where there is one. Practice is not, and neither is
 * what was disturbed or only a second look.
 */
export async function endRun(
  run: RememberedRun,
  history: History,
  { recheck = false, disturbance }: { readonly recheck?: boolean; readonly disturbance?: Disturbance } = {},
): Promise<RunEnd> {
  const standard = await redactReport(run.report, 'standard', run.ownAddresses);
  const isKept = run.kind === 'check' && !recheck && !disturbance;
  const store = isKept ? history.store() : undefined;
  const { changes, problems } = store ? keep(standard, store) : { changes: null, problems: [] };
  return {
    outcome: outcomeOf(run.report, changes, [
      ...(disturbance ? [{ code: disturbance }] : []),
      ...history.takeProblems(),
      ...problems,
    ]),
    report: { ...standard, results: standard.results.map((result) => ({ ...result, observations: [] })) },
    latencies: readLatencies(run.report),
    ...(disturbance ? { disturbance } : {}),
    packed: await packRun(run),
  };
}

function keep(
  report: RunReport,
  store: RunStore,
): { readonly changes: readonly VerdictChange[] | null; readonly problems: readonly Problem[] } {
  try {
    const changes = store.changesSinceLast({ kind: 'check', report });
    store.add({ kind: 'check', report });
    return { changes, problems: [] };
  } catch (error) {
    return { changes: null, problems: [{ code: 'history-not-kept', params: { code: storeErrorCode(error) } }] };
  }
}

/** The quickest first byte over each route; null where something was tried and nothing answered. */
function readLatencies({ routes, results, partial }: RunReport): RunEnd['latencies'] {
  return routes.flatMap(({ id: routeId }): { routeId: string; ms: number | null }[] => {
    const own = results.filter((result) => result.routeId === routeId);
    const times = own.flatMap(({ state, ms }) => (state === 'ok' ? [ms.firstByte ?? ms.total ?? []] : [])).flat();
    if (times.length > 0) return [{ routeId, ms: Math.min(...times) }];
    // Of a run that was stopped, silence says nothing.
    return partial || own.every(({ state }) => state === 'skipped') ? [] : [{ routeId, ms: null }];
  });
}

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Far above any report. */
const mostBytes = 1024 * 1024 * 1024;

async function packRun(run: RememberedRun): Promise<Uint8Array> {
  return compress(serialize(run));
}

/** Only for bytes that came from this program's own memory. */
export async function unpackRun(packed: Uint8Array): Promise<RememberedRun> {
  return deserialize(await decompress(packed, { maxOutputLength: mostBytes })) as RememberedRun;
}
