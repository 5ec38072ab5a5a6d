import type { RunReport } from '../../model/report.ts';
import type { ResultState } from '../../model/result.ts';
import type { VerdictName } from '../../model/verdict.ts';
import { sampleReport } from '../app/report/sample-report.ts';

export interface CheckShape {
  /** Letters by target id, one for each route: `w` ok, `i` impaired, `f` failed, `s` skipped, `c` cancelled, `-` nothing. */
  readonly cells: Readonly<Record<string, string>>;
  readonly verdicts?: Readonly<Record<string, VerdictName>>;
  /** Routes whose baseline is dead. */
  readonly dead?: readonly string[];
  readonly environment?: Partial<RunReport['environment']>;
  readonly change?: (report: RunReport) => RunReport;
}

export const routeIds = ['direct', 'berlin', 'home'];
const letters: Readonly<Record<string, ResultState>> = {
  w: 'ok',
  i: 'impaired',
  f: 'failed',
  s: 'skipped',
  c: 'cancelled',
};

/** The check number `index`, one every 15 minutes from 14:00 on. */
export function aCheck(
  index: number,
  { cells, verdicts = {}, dead = [], environment = {}, change = (x) => x }: CheckShape,
): RunReport {
  const at = new Date(Date.UTC(2026, 10, 22, 14, 15 * index)).toISOString();
  const routes = Math.max(...Object.values(cells).map(({ length }) => length));
  const sample = sampleReport();
  return change({
    ...sample,
    id: `run-${index}`,
    startedAt: at,
    finishedAt: at,
    environment: { ...sample.environment, tunnel: { up: false }, captivePortal: false, ...environment },
    routes: routeIds.slice(0, routes).map((id) => ({
      id,
      kind: id === 'direct' ? 'direct' : 'socks5h',
      label: id.toUpperCase(),
      endpoint: id === 'direct' ? null : `${id}.example:1080`,
      remoteDns: id !== 'direct',
      baseline: dead.includes(id) ? { ok: false, passed: 0, tried: 4 } : { ok: true, passed: 4, tried: 4 },
    })),
    targets: Object.keys(cells).map((id) => ({
      id,
      name: id.toUpperCase(),
      group: 'own',
      protocol: 'https',
      url: `https://${id}.example/`,
      host: `${id}.example`,
      port: 443,
    })),
    results: Object.entries(cells).flatMap(([targetId, states]) =>
      [...states].flatMap((letter, route) => {
        const state = letters[letter];
        return state ? [{ targetId, routeId: routeIds[route] ?? '', state, ms: {}, tries: 1, observations: [] }] : [];
      }),
    ),
    verdicts: Object.entries(cells).map(([targetId, states]) => ({
      targetId,
      verdict: verdicts[targetId] ?? (states.startsWith('w') ? 'reachable' : 'blocked'),
      rule: 'reachable.current',
      confidence: 'high',
      workingRoutes: [],
      evidence: [],
      next: [],
    })),
    cloud: [],
  });
}
