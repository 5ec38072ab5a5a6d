import type { Failure } from '../../../model/failure.ts';
import type { Observation } from '../../../model/observation.ts';
import type { RunReport } from '../../../model/report.ts';
import type { Result } from '../../../model/result.ts';
import { aCloudReport } from './a-cloud-report.ts';

const silent: Failure = { step: 'connect', kind: 'timeout', code: 'ETIMEDOUT' };

function dialled(address: string, attempt: 1 | 2): Observation[] {
  const at = (attempt - 1) * 12_000;
  const both = { purpose: 'main', try: attempt } as const;
  return [
    {
      ...both,
      id: `o${attempt}1`,
      startMs: at,
      ms: 12,
      step: 'resolve',
      resolver: 'system',
      name: 'www.shop.example',
      answers: [{ address, asn: 16509 }],
    },
    {
      ...both,
      id: `o${attempt}2`,
      startMs: at + 12,
      ms: 5000,
      step: 'connect',
      peer: 'target',
      address,
      port: 443,
      localAddress: '192.168.7.23',
      failure: silent,
    },
  ];
}

const overProxy: Observation[] = [
  {
    id: 'p1',
    purpose: 'main',
    try: 1,
    startMs: 0,
    ms: 5,
    step: 'connect',
    peer: 'proxy',
    address: '192.0.2.44',
    port: 4321,
    localAddress: '192.168.7.23',
  },
];

/** A silent shop on a range whose neighbours are silent too, a bank whose neighbours disagree; no tunnel. */
export function aLetterReport(change: Partial<RunReport> = {}): RunReport {
  const base = aCloudReport();
  const failing = (targetId: string, address: string): Result[] => [
    {
      targetId,
      routeId: 'direct',
      state: 'failed',
      failure: silent,
      ms: { total: 17_000 },
      tries: 2,
      observations: [...dialled(address, 1), ...dialled(address, 2)],
    },
    { targetId, routeId: 'my-proxy', state: 'ok', ms: { total: 210 }, tries: 1, observations: overProxy },
  ];
  return aCloudReport({
    environment: { ...base.environment, tunnel: { up: false }, systemProxy: null },
    results: [...base.results, ...failing('shop', '52.58.1.2'), ...failing('bank', '34.240.7.7')],
    verdicts: base.verdicts.map((verdict) =>
      verdict.targetId === 'shop' || verdict.targetId === 'bank'
        ? {
            ...verdict,
            mechanism: 'ip',
            rule: 'ip.timeout',
            evidence: ['current-failed-twice', 'baseline-ok', 'same-address-ok-elsewhere'].map((says) => ({ says })),
          }
        : verdict,
    ),
    ...change,
  });
}
