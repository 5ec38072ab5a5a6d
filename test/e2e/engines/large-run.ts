import type { RouteSummary } from '../../../model/route.ts';
import type { Cell, RunTarget } from '../../../model/run-view.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { serveScript } from './serve-script.ts';

/** As many services and routes as the speed limits speak of. */
const targetCount = 1000;
const routeCount = 8;

const targets = Array.from(
  { length: targetCount },
  (_, index): RunTarget => ({
    id: `service-${index}`,
    name: `Service number ${index}`,
    group: `group ${Math.floor(index / 100)}`,
    protocol: 'https',
    url: `https://service-${index}.example/`,
    host: `service-${index}.example`,
    port: 443,
  }),
);
const routes = Array.from(
  { length: routeCount },
  (_, index): RouteSummary => ({
    id: index === 0 ? 'direct' : `proxy-${index}`,
    kind: index === 0 ? 'direct' : 'socks5h',
    label: index === 0 ? 'Current connection' : `Proxy ${index}`,
    endpoint: index === 0 ? null : `proxy-${index}.example:1080`,
    remoteDns: index > 0,
    baseline: { ok: true, passed: 4, tried: 4 },
  }),
);
const cells = targets.flatMap(({ id }, row) =>
  routes.map((route, column): Cell => {
    const fails = (row + column) % 3 === 0;
    return {
      targetId: id,
      routeId: route.id,
      state: fails ? 'failed' : 'ok',
      ...(fails && { failure: { step: 'connect', kind: 'timeout' } }),
      ms: { total: 40 + ((row * 7 + column * 31) % 900) },
      tries: fails ? 2 : 1,
    };
  }),
);
const verdicts = targets.map(
  ({ id }, row): Verdict => ({
    targetId: id,
    verdict: row % 3 === 0 ? 'blocked' : 'reachable',
    ...(row % 3 === 0 && { mechanism: 'ip' }),
    rule: row % 3 === 0 ? 'ip.timeout' : 'reachable.current',
    confidence: 'high',
    workingRoutes: routes.filter((_, column) => (row + column) % 3 !== 0).map((route) => route.id),
    evidence: [],
    next: [],
  }),
);

serveScript({
  targets,
  routes,
  cells,
  verdicts,
  detail: (targetId) => {
    const target = targets.find(({ id }) => id === targetId) ?? targets[0];
    if (!target) throw new Error('no targets');
    const results = cells.filter((cell) => cell.targetId === targetId).map((cell) => ({ ...cell, observations: [] }));
    return { target, results, verdict: verdicts.find((item) => item.targetId === targetId) ?? null, cloud: [] };
  },
});
