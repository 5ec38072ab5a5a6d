import fc from 'fast-check';
import { failureKinds } from '../../../model/failure.ts';
import type { Observation } from '../../../model/observation.ts';
import type { RunReport } from '../../../model/report.ts';
import { sampleReport } from './sample-report.ts';

const base = (number: number, startMs: number, ms: number) =>
  ({ id: `o${number}`, purpose: 'main', try: 1, startMs, ms }) as const;
const there = { address: '198.51.100.7', port: 443 };

/** One of each kind, some well and some badly ended. `PLACE` stands where an address of the user might. */
export const everyStep: readonly Observation[] = [
  {
    ...base(1, 0, 5),
    step: 'resolve',
    resolver: 'udp',
    server: '8.8.8.8',
    name: 'a.example',
    answers: [{ address: '198.51.100.7', ttl: 60, asn: 64500 }, { address: '2001:db8::7' }],
    rcode: 'NOERROR',
    laterAnswers: [[{ address: '198.51.100.8', ttl: 1 }]],
  },
  { ...base(2, 5, 10), step: 'connect', peer: 'target', ...there, localAddress: 'PLACE' },
  {
    ...base(3, 5, 2),
    step: 'connect',
    peer: 'target',
    address: '2001:db8::7',
    port: 443,
    failure: { step: 'connect', kind: 'unreachable', code: 'ENETUNREACH' },
  },
  {
    ...base(4, 15, 20),
    step: 'tls',
    peer: 'target',
    ...there,
    serverName: 'a.example',
    version: 'TLSv1.3',
    bytesReceived: 4000,
    chain: [
      {
        fingerprint256: 'a'.repeat(64),
        subject: 'CN=other.example',
        issuer: 'CN=Somebody at PLACE',
        validFrom: '2026-01-01T00:00:00.000Z',
        validTo: '2027-01-01T00:00:00.000Z',
      },
    ],
    trust: 'none',
    failure: { step: 'tls', kind: 'cert-host', code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  },
  {
    ...base(5, 40, 30),
    step: 'http',
    ...there,
    url: 'https://a.example/?you=PLACE',
    status: 302,
    headers: { location: 'https://a.example/next?from=PLACE', server: 'edge PLACE', 'set-cookie': 'id=secret-cookie' },
    bodyBytes: 0,
    bodyTruncated: false,
    redirects: [],
  },
  {
    ...base(6, 80, 60),
    step: 'http',
    ...there,
    url: 'https://a.example/next',
    status: 200,
    firstByteMs: 12,
    headers: { 'content-type': 'text/html', 'x-client-ip': '203.0.113.99' },
    bodyBytes: 16_000,
    bodyTruncated: false,
    bodySha256: 'b'.repeat(64),
    title: 'Your address is PLACE',
    redirects: [{ url: 'https://a.example/?you=PLACE', status: 302 }],
    receivedBytes: 16_384,
    failure: { step: 'http', kind: 'stall' },
  },
  {
    ...base(7, 150, 100),
    purpose: 'throughput',
    step: 'transfer',
    ...there,
    direction: 'down',
    bytes: 131_072,
    chunks: 9,
    goodput: 1_310_720,
    receivedBytes: 140_000,
  },
  { ...base(8, 250, 20), step: 'websocket', ...there, stage: 'request', status: 403 },
  {
    ...base(9, 270, 30),
    step: 'mtproto',
    ...there,
    dc: 2,
    transport: 'obfuscated-padded',
    stage: 'sent',
    bytesReceived: 0,
    failure: { step: 'mtproto', kind: 'eof' },
  },
  { ...base(10, 300, 100), step: 'proxy', requested: 'a.example', port: 443, reply: 0 },
];

/** The sample with these observations of its first target over the current connection, and no second target. */
export function reportWith(observations: readonly Observation[], change: Partial<RunReport> = {}): RunReport {
  const { results, targets, verdicts } = sampleReport();
  return sampleReport({
    targets: targets.slice(0, 1),
    results: results.slice(0, 1).map((result) => ({ ...result, observations: [...observations] })),
    verdicts: verdicts.slice(0, 1),
    ...change,
  });
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', '\u2028', '\u0085\n', '\u001b[31m', '__proto__', 'private-ipv6', '::ffff:1.2.3.4', '[::]'),
);
const address = fc.oneof(fc.ipV4(), fc.ipV6(), text);
const count = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
const ms = fc.oneof(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), fc.nat());

/** Any observations that a report may hold, as it may come from a file. */
export const anyObservations: fc.Arbitrary<Observation[]> = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: everyStep.length - 1 }),
      fc.record({ id: text, startMs: ms, ms }),
      fc.record({ address, text, count, port: fc.integer({ min: 1, max: 65535 }) }),
      fc.option(fc.record({ kind: fc.constantFrom(...failureKinds), code: text }), { nil: undefined }),
    )
    .map(([index, times, { address: place, text: words, count: bytes, port }, failed]): Observation => {
      const { failure: _failure, ...item } = everyStep[index] ?? ({} as never);
      const failure = failed && { failure: { step: item.step, ...failed } };
      const changed = { ...item, ...times, ...failure } as Observation;
      switch (changed.step) {
        case 'resolve':
          return { ...changed, name: words, server: words, rcode: words, answers: [{ address: place, ttl: bytes }] };
        case 'http':
          return {
            ...changed,
            address: place,
            port,
            url: words,
            title: words,
            headers: { [words]: words },
            bodyBytes: bytes,
          };
        case 'proxy':
          return { ...changed, requested: words, port };
        case 'tls':
          return { ...changed, address: place, port, serverName: words, version: words, bytesReceived: bytes };
        default:
          return { ...changed, address: place, port };
      }
    }),
  { maxLength: 8 },
);
