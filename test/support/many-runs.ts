import type { KeptRun } from '../../app/host/ports.ts';
import type { Observation } from '../../model/observation.ts';
import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import { sampleReport } from '../app/report/sample-report.ts';

/** Numbers that look random and are the same each time (Numerical Recipes' generator). */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

interface Size {
  readonly targets: number;
  readonly routes: number;
  /** Of each result. */
  readonly observations?: number;
}

/** A report in which most works and some fails, in a different way for each `seed`. */
export function aLargeReport(seed: number, { targets, routes, observations = 1 }: Size): RunReport {
  const dice = createDice(seed);
  const [first] = sampleReport().routes;
  const targetList: RunReport['targets'] = Array.from({ length: targets }, (_, index) => ({
    id: `site-${index}`,
    name: `Site number ${index}`,
    group: `group-${index % 7}`,
    protocol: 'https',
    url: `https://site-${index}.example/`,
    host: `site-${index}.example`,
    port: 443,
  }));
  const routeList: RunReport['routes'] = Array.from({ length: routes }, (_, index) => ({
    id: index === 0 ? 'direct' : `route-${index}`,
    kind: index === 0 ? 'direct' : 'socks5h',
    label: index === 0 ? 'Current connection' : `Route ${index}`,
    endpoint: index === 0 ? null : `proxy-${index}.example:1080`,
    remoteDns: index > 0,
    baseline: first?.baseline ?? { ok: true, passed: 4, tried: 4 },
  }));
  const results = targetList.flatMap((target) =>
    routeList.map((route) => aResult(target.id, route.id, dice, observations)),
  );
  return sampleReport({
    redaction: 'standard',
    targets: targetList,
    routes: routeList,
    results,
    verdicts: targetList.map(({ id }) => {
      const isReachable = dice(4) > 0;
      return {
        targetId: id,
        verdict: isReachable ? 'reachable' : 'blocked',
        rule: isReachable ? 'reachable.current' : 'ip.timeout',
        confidence: 'high',
        workingRoutes: [],
        evidence: isReachable ? [] : [{ observation: 'o1', says: 'current-failed-twice' }],
        next: isReachable ? [] : ['use-working-route'],
      };
    }),
    cloud: [],
  });
}

function aResult(targetId: string, routeId: string, dice: (sides: number) => number, count: number): Result {
  const failed = dice(5) === 0;
  const observations = Array.from(
    { length: count },
    (_, index): Observation => ({
      id: `o${index + 1}`,
      purpose: 'main',
      try: 1,
      startMs: dice(9000),
      ms: dice(900),
      step: 'connect',
      peer: 'target',
      address: `198.51.${dice(250)}.${dice(250)}`,
      port: 443,
    }),
  );
  return {
    targetId,
    routeId,
    state: failed ? 'failed' : 'ok',
    ...(failed ? { failure: { step: 'connect', kind: dice(2) === 0 ? 'timeout' : 'reset' } } : {}),
    ms: { connect: dice(90), total: dice(900) },
    tries: 1,
    observations,
  };
}

/** The first service over the current connection as it is said; the rest as it was. */
function withFirst(report: RunReport, state: 'ok' | 'failed'): RunReport {
  const [first, ...rest] = report.results;
  if (!first) return report;
  const { failure: _none, ...bare } = first;
  const failure = state === 'failed' ? { failure: { step: 'connect', kind: 'timeout' } as const } : {};
  return { ...report, results: [{ ...bare, state, ...failure }, ...rest] };
}

/**
 * Checks, the last one just before `now`, spread over 90 days; made one by one, as all of them would not fit in memory. Over the
 * current connection the first service fails in the first of them and works ever after.
 */
export function* createManyRuns(count: number, now: Date): Generator<KeptRun> {
  const step = Math.floor((89 * 86_400_000) / count);
  const different = Array.from({ length: 20 }, (_, seed) =>
    withFirst(aLargeReport(seed + 1, { targets: 60, routes: 3 }), 'ok'),
  );
  for (let index = 0; index < count; index++) {
    const startedAt = new Date(now.getTime() - (count - index) * step);
    const finishedAt = new Date(startedAt.getTime() + 20_000);
    const usual = different[index % different.length] ?? aLargeReport(index, { targets: 60, routes: 3 });
    const report = index === 0 ? withFirst(usual, 'failed') : usual;
    yield {
      kind: 'check',
      report: {
        ...report,
        id: `run-${index}`,
        startedAt: startedAt.toISOString(),
        finishedAt: finishedAt.toISOString(),
      },
    };
  }
}
