import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { addCollateral } from '../../engine/collateral/add-collateral.ts';
import type { JudgedHost } from '../../engine/collateral/read-host.ts';
import type { CloudFinding } from '../../model/cloud.ts';
import { aResult, aRoute, aTarget, calmEnvironment, connected, failure, proxied, shook } from '../support/a-case.ts';
import { type BenchResult, median } from './bench-result.ts';

const hosts = 100_000;
const rounds = 5;
const silent = failure('connect', 'timeout');

/** Every fifth host answers, every seventh of the others is dead for the control too, and the rest are blocked. */
function createHost(at: number, address: string): JudgedHost {
  const target = { ...aTarget(), id: `host-${at}`, host: `www.site-${at}.example` };
  const shared = { targetId: target.id, confidence: 'medium' } as const;
  const away = aResult('abroad', { seen: [proxied(), shook(undefined)] });
  if (at % 5 === 0) {
    const here = aResult('direct', { seen: [connected(address), shook(address)] });
    const rest = { evidence: [], next: [], workingRoutes: ['direct', 'abroad'] };
    const verdict = { ...shared, verdict: 'reachable', rule: 'reachable.current', ...rest } as const;
    return { target, results: [here, away], verdict };
  }
  const here = aResult('direct', { failure: silent, seen: [connected(address, silent)] });
  if (at % 7 === 0) {
    const dead = aResult('abroad', { failure: failure('proxy', 'timeout') });
    const rest = { evidence: [], next: [], workingRoutes: [] };
    return { target, results: [here, dead], verdict: { ...shared, verdict: 'down', rule: 'down.everywhere', ...rest } };
  }
  const rest = { evidence: [], next: [], workingRoutes: ['abroad'] };
  return { target, results: [here, away], verdict: { ...shared, verdict: 'blocked', rule: 'ip.timeout', ...rest } };
}

/** Every other one in a prefix of a hundred; the rest all in one AS, the whole of which has to be split. */
function createCases(): { readonly judged: readonly JudgedHost[]; readonly findings: readonly CloudFinding[] } {
  const numbers = Array.from({ length: hosts }, (_, at) => at);
  const addressOf = (at: number) => `${20 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}.${(at * 37) & 255}`;
  const judged = numbers.map((at) => createHost(at, addressOf(at)));
  const findings = judged.map(({ target }, at): CloudFinding => {
    const place = at % 2 === 0 ? { prefix: `prefix ${Math.floor(at / 200)}` } : { asn: 396_982 };
    const cloud = { operator: 'cloud', list2018: false, ...place };
    return { targetId: target.id, host: target.host, address: addressOf(at), ...cloud };
  });
  return { judged, findings };
}

/** From results and verdicts to bands, for a hundred thousand hosts. */
export async function benchCollateral(): Promise<readonly BenchResult[]> {
  const { judged, findings } = createCases();
  const around = { routes: [aRoute('direct', 'direct'), aRoute('abroad', 'socks5h')], environment: calmEnvironment };
  let scored = 0;
  const times: number[] = [];
  const held = monitorEventLoopDelay({ resolution: 1 });
  for (let round = 0; round < rounds; round++) {
    // What came before is not to be taken for a hold.
    await setTimeout(10);
    const startedAt = performance.now();
    held.enable();
    const done = await addCollateral(findings, judged, around);
    held.disable();
    times.push(performance.now() - startedAt);
    scored = done.filter(({ collateral }) => collateral).length;
  }
  return [
    { name: 'scoring and grouping 100,000 hosts', value: median(times), unit: 'ms', limit: 1000 },
    // Most of it is the collector among 100,000 hosts with all that was observed of them.
    {
      name: 'longest hold of the event loop meanwhile, collector included',
      value: held.max / 1e6,
      unit: 'ms',
      limit: 250,
    },
    { name: 'failed hosts without a score', value: hosts - hosts / 5 - scored, unit: '', limit: 0 },
  ];
}
