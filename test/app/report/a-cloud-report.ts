import type { CloudFinding } from '../../../model/cloud.ts';
import type { RunReport } from '../../../model/report.ts';
import type { VerdictName } from '../../../model/verdict.ts';
import { sampleReport } from './sample-report.ts';

type Collateral = NonNullable<CloudFinding['collateral']>;

const likely: Collateral = {
  score: 0.981,
  band: 'likely',
  evidence: ['connects-time-out', 'control-answers', 'siblings-fail', 'baseline-answers'],
  otherwise: 'address',
};
const held: Collateral = {
  ...likely,
  band: 'possible',
  capped: ['few-siblings', 'mixed-range'],
  evidence: ['connects-time-out', 'control-answers', 'sibling-fails', 'sibling-answers', 'baseline-answers'],
};
const unlikely: Collateral = { score: 0.004, band: 'unlikely', evidence: ['cut-after-hello'], otherwise: 'hostname' };

const hosts: readonly (readonly [string, VerdictName, Omit<CloudFinding, 'targetId' | 'host' | 'list2018'>[]])[] = [
  [
    'video',
    'reachable',
    [{ operator: 'aws', address: '13.32.1.9', prefix: '13.32.0.0/15', region: 'GLOBAL', service: 'CLOUDFRONT' }],
  ],
  [
    'shop',
    'blocked',
    [
      { operator: 'aws', address: '3.64.9.9', prefix: '3.64.0.0/12', region: 'eu-central-1', service: 'EC2' },
      {
        operator: 'aws',
        asn: 16509,
        address: '52.58.1.2',
        prefix: '52.58.0.0/15',
        region: 'eu-central-1',
        service: 'EC2',
        collateral: likely,
      },
    ],
  ],
  [
    'bank',
    'likely-blocked',
    [
      {
        operator: 'aws',
        address: '34.240.7.7',
        prefix: '34.240.0.0/13',
        region: 'eu-west-1',
        service: 'EC2',
        collateral: held,
      },
    ],
  ],
  ['mail', 'blocked', [{ operator: 'google', asn: 15169, address: '35.192.4.4', collateral: unlikely }]],
  [
    'api',
    'reachable',
    [{ operator: 'aws', address: '3.65.1.1', prefix: '3.65.0.0/16', region: 'eu-central-1', service: 'EC2' }],
  ],
];

/** Hosts on Amazon and another cloud, in every state a reader is told apart, and the neighbours of a deep check. */
export function aCloudReport(change: Partial<RunReport> = {}): RunReport {
  const base = sampleReport();
  const [verdict] = base.verdicts;
  if (!verdict) throw new Error('the sample changed');
  const targets = hosts.map(([id]): RunReport['targets'][number] => ({
    id,
    name: `The ${id}`,
    group: 'stores',
    protocol: 'https',
    url: `https://www.${id}.example/`,
    host: `www.${id}.example`,
    port: 443,
  }));
  return sampleReport({
    redaction: 'standard',
    ranges: { source: 'packaged', createdAt: '2026-08-01T00:00:00.000Z', rows: 16_826 },
    targets: [...base.targets, ...targets],
    verdicts: [
      ...base.verdicts,
      ...hosts.map(([targetId, name]) => ({ ...verdict, targetId, verdict: name, evidence: [], next: [] })),
    ],
    cloud: hosts.flatMap(([id, , findings]) =>
      findings.map((finding) => ({
        targetId: id,
        host: `www.${id}.example`,
        list2018: finding.prefix === '52.58.0.0/15',
        ...finding,
      })),
    ),
    siblings: [
      { address: '52.58.3.3', prefix: '52.58.0.0/15', source: 'reachability', here: 'failed', control: 'ok' },
      {
        address: '34.240.8.8',
        host: 'www.bank.example',
        prefix: '34.240.0.0/13',
        source: 'own',
        here: 'ok',
        control: 'none',
        ms: 41.4,
      },
    ],
    ...change,
  });
}
