import type { Observation } from '../../model/observation.ts';
import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import { aLargeReport } from '../support/many-runs.ts';

type Host = RunReport['targets'][number];

/** What a real check sees of one site over one route: where it fails, twice over and with the second looks. */
function observe({ host = '', url = '' }: Host, number: number, failed: boolean): readonly Observation[] {
  const address = `52.58.${number >> 8}.${number & 255}`;
  const place = { address, port: 443 };
  const seen: Observation[] = [];
  const base = (purpose: Observation['purpose'], round: number, ms: number) =>
    ({
      id: `o${number * 16 + seen.length + 1}`,
      purpose,
      try: round,
      startMs: number * 3 + seen.length * 20,
      ms,
    }) as const;
  const cut = { failure: { step: 'tls', kind: 'reset', code: 'ECONNRESET' } } as const;
  const connectAndShake = (
    purpose: Observation['purpose'],
    round: number,
    ends: { readonly failure?: typeof cut.failure },
  ) => {
    seen.push({
      ...base(purpose, round, 31.2),
      step: 'connect',
      peer: 'target',
      ...place,
      localAddress: '192.168.7.23',
    });
    const chain = [1, 2].map((at) => ({
      fingerprint256: String(at).repeat(64),
      subject: `CN=${host}, O=Some Company of a Usual Length GmbH`,
      issuer: 'C=US, O=Some Trust Services, CN=TLS RSA SHA256 2020 CA1',
      validFrom: '2026-01-01T00:00:00.000Z',
      validTo: '2027-01-01T00:00:00.000Z',
    }));
    const shaken = { version: 'TLSv1.3', helloMs: 40.1, bytesReceived: 4123, chain, trust: 'public' } as const;
    seen.push({
      ...base(purpose, round, 61.7),
      step: 'tls',
      peer: 'target',
      ...place,
      serverName: host,
      ...(ends.failure ? { bytesReceived: 0, chain: [], ...ends } : shaken),
    });
  };
  const answers = [0, 1, 2, 3].map((at) => ({
    address: `52.58.${number >> 8}.${(number + at) & 255}`,
    ttl: 60,
    asn: 16509,
  }));
  for (const resolver of ['system', 'udp', 'doh'] as const) {
    const server = resolver === 'system' ? {} : { server: resolver === 'udp' ? '8.8.8.8' : 'dns.example' };
    seen.push({
      ...base('main', 1, 14.5),
      step: 'resolve',
      resolver,
      ...server,
      name: host,
      answers,
      rcode: 'NOERROR',
    });
  }
  if (failed) {
    connectAndShake('main', 1, cut);
    connectAndShake('main', 2, cut);
    connectAndShake('neutral-sni', 1, {});
    return seen;
  }
  connectAndShake('main', 1, {});
  seen.push({
    ...base('main', 1, 120.9),
    step: 'http',
    ...place,
    url,
    status: 200,
    firstByteMs: 80.3,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, max-age=0, must-revalidate',
      date: 'Sat, 22 Aug 2026 10:00:00 GMT',
      server: 'nginx',
      'set-cookie': `session=${number}; Path=/; Secure; HttpOnly`,
      'x-request-id': `request-${number}`,
    },
    bodyBytes: 65_536,
    bodyTruncated: false,
    bodySha256: number.toString(16).padStart(64, '0'),
    title: `Welcome to ${host} — news, shopping and more`,
    redirects: [{ url: url.replace('https:', 'http:'), status: 301 }],
  });
  return seen;
}

/** 500 sites of a cloud over 4 routes, half of which fail on the first one, with all that is seen of each. Not redacted. */
export function aBusyReport(): RunReport {
  const plain = aLargeReport(7, { targets: 500, routes: 4, observations: 0 });
  const failing = new Set(plain.targets.filter((_, at) => at % 2 === 1).map(({ id }) => id));
  const targets = new Map(plain.targets.map((target) => [target.id, target]));
  const results = plain.results.map((result, number): Result => {
    const target = targets.get(result.targetId);
    const failed = failing.has(result.targetId) && result.routeId !== 'route-1';
    const { failure: _failure, ...rest } = result;
    return {
      ...rest,
      state: failed ? 'failed' : 'ok',
      ...(failed && { failure: { step: 'tls', kind: 'reset', code: 'ECONNRESET' } }),
      tries: failed ? 2 : 1,
      observations: target ? [...observe(target, number, failed)] : [],
    };
  });
  return {
    ...plain,
    redaction: 'none',
    ranges: { source: 'official', createdAt: '2026-08-20T00:00:00.000Z', rows: 16_826 },
    results,
    verdicts: plain.targets.map(({ id }) => ({
      targetId: id,
      confidence: 'high',
      ...(failing.has(id)
        ? {
            verdict: 'blocked',
            mechanism: 'tls-sni',
            rule: 'tls.sni.reset',
            workingRoutes: ['route-1'],
            evidence: ['current-failed-twice', 'control-ok', 'neutral-name-ok', 'baseline-ok'].map((says) => ({
              says,
              observation: 'o5',
            })),
            next: ['use-working-route', 'run-again'],
          }
        : { verdict: 'reachable', rule: 'reachable.current', workingRoutes: ['direct'], evidence: [], next: [] }),
    })),
    cloud: plain.targets.map(({ id, host = '' }, at) => ({
      targetId: id,
      host,
      address: `52.58.${at >> 8}.${at & 255}`,
      operator: at % 5 === 0 ? 'google' : 'aws',
      asn: 16_509,
      prefix: `52.58.${at >> 3}.0/24`,
      region: ['eu-central-1', 'eu-west-1', 'us-east-1'][at % 3] ?? '',
      service: 'EC2',
      list2018: at % 4 === 0,
      ...(failing.has(id) && {
        collateral: {
          score: 0.004,
          band: 'unlikely',
          evidence: ['cut-after-hello', 'control-answers', 'siblings-answer', 'baseline-answers', 'other-name-answers'],
          otherwise: 'hostname',
        },
      }),
    })),
  };
}
