import type { CloudFinding } from '../../../model/cloud.ts';
import type { SiblingProbe } from '../../../model/report.ts';
import type { RouteSummary } from '../../../model/route.ts';
import type { Cell, RunTarget } from '../../../model/run-view.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { serveScript } from './serve-script.ts';

/** As many targets as a person can have, all of them on Amazon, and most of them failing. */
const count = 10_000;
const baseline = { ok: true, passed: 4, tried: 4 };
const routes: readonly RouteSummary[] = [
  { id: 'direct', kind: 'direct', label: 'Current connection', endpoint: null, remoteDns: false, baseline },
  { id: 'berlin', kind: 'socks5h', label: 'Berlin', endpoint: '203.0.113.10:1080', remoteDns: true, baseline },
];
const targets = Array.from(
  { length: count },
  (_, at): RunTarget => ({
    id: `shop-${at}`,
    name: `Shop number ${at}`,
    group: 'own',
    protocol: 'https',
    url: `https://shop-${at}.example/`,
    host: `shop-${at}.example`,
    port: 443,
  }),
);
const works = (at: number) => at % 5 === 4;
const cells = targets.map(({ id }, at): Cell => {
  const ms = { total: 100 + (at % 50) };
  return works(at)
    ? { targetId: id, routeId: 'direct', state: 'ok', ms, tries: 1 }
    : { targetId: id, routeId: 'direct', state: 'failed', failure: { step: 'connect', kind: 'timeout' }, ms, tries: 2 };
});
const verdicts = targets.map(
  ({ id }, at): Verdict => ({
    targetId: id,
    verdict: works(at) ? 'reachable' : 'blocked',
    rule: works(at) ? 'reachable.current' : 'ip.timeout',
    confidence: 'high',
    workingRoutes: ['berlin'],
    evidence: [],
    next: [],
  }),
);
const cloud = targets.map(
  ({ id, host = '' }, at): CloudFinding => ({
    targetId: id,
    host,
    address: `52.58.${at >> 8}.${at & 255}`,
    operator: 'aws',
    prefix: '52.58.0.0/15',
    region: `region-${at % 30}`,
    service: 'EC2',
    list2018: true,
    ...(!works(at) && {
      collateral: {
        score: 0.98,
        band: 'possible',
        capped: ['few-siblings'],
        evidence: ['connects-time-out', 'control-answers', 'sibling-fails', 'baseline-answers'],
        otherwise: 'address',
      },
    }),
  }),
);
const siblings: readonly SiblingProbe[] = [
  { address: '52.58.200.1', prefix: '52.58.0.0/15', source: 'reachability', here: 'failed', control: 'ok', ms: 88 },
  {
    address: '52.59.0.9',
    host: 'api.example',
    prefix: '52.58.0.0/15',
    source: 'built-in',
    here: 'ok',
    control: 'none',
  },
  { address: '18.196.0.9', prefix: '18.196.0.0/15', source: 'reachability', here: 'ok', control: 'ok' },
];

serveScript({
  targets,
  routes,
  cells,
  verdicts,
  cloud,
  siblings,
  paceMs: 30,
  detail: (targetId) => {
    const target = targets.find(({ id }) => id === targetId) ?? targets[0];
    if (!target) throw new Error('no targets');
    return { target, results: [], verdict: null, cloud: [] };
  },
});
