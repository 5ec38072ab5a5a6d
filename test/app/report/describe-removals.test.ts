import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeRemovals } from '../../../app/report/describe-removals.ts';
import { redactReport } from '../../../app/report/redact.ts';
import type { Removal } from '../../../model/contract.ts';
import type { Observation } from '../../../model/observation.ts';
import type { RunReport } from '../../../model/report.ts';
import { sampleReport } from './sample-report.ts';

const own = ['203.0.113.5', '192.168.7.23'];
const list = async (level: 'none' | 'standard' | 'strict', report = sampleReport()) =>
  (await describeRemovals(report, level, own)).map(({ what, before, after, count }) => [what, before, after, count]);

describe('describeRemovals', () => {
  it('finds nothing where nothing is taken out', async () => {
    expect(await list('none')).toEqual([]);
    const redacted = await redactReport(sampleReport(), 'standard', own);
    expect(await list('standard', redacted)).toEqual([]);
    const strict = await redactReport(sampleReport(), 'strict', own);
    expect(await list('none', strict)).toEqual([]);
    expect(await list('strict', strict)).toEqual([]);
  });

  it('lists what `standard` takes out, each thing once and counted', async () => {
    expect(await list('standard')).toEqual([
      ['own-address', '203.0.113.99', 'public-ipv4', 2],
      ['own-address', '192.168.7.23', 'private-ipv4', 1],
      ['local-address', '192.168.7.23', 'private IPv4', 1],
      ['local-address', '2001:db8:5::23', 'public IPv6', 1],
      ['target-query', '2001:db8::99', 'public-ipv6', 1],
      ['target-query', '203.0.113.99', 'public-ipv4', 1],
      ['header', 'set-cookie', '', 1],
      ['header', 'x-client-ip', '', 1],
    ]);
  });

  it('lists what `strict` takes out besides', async () => {
    const removed = await list('strict');
    expect(removed).toEqual(
      expect.arrayContaining([
        ['local-address', '192.168.7.23', '', 1],
        ['interface', 'wg-home', '', 2],
        ['resolver', '8.8.8.8', '', 1],
        ['route-endpoint', 'my-proxy.example:4321', '', 1],
        ['route-endpoint', 'my-proxy.example', 'proxy', 1],
        ['route-endpoint', '192.0.2.44:4321', '', 1],
        ['route-endpoint', '192.168.7.1:3128', 'hidden', 1],
        ['route-label', 'Aunt Vera', 'Route 2', 1],
        ['route-label', 'my-proxy', 'route-2', 4],
      ]),
    );
  });

  it('says of a report that was redacted once what the next level takes out', async () => {
    const standard = await redactReport(sampleReport(), 'standard', own);
    const removed = await list('strict', standard);
    expect(removed).toContainEqual(['local-address', 'private IPv4', '', 1]);
    expect(removed.some(([what]) => what === 'own-address' || what === 'header')).toBe(false);
  });
});

/** Numbers that no other address of the sample has. */
const octet = fc.integer({ min: 1, max: 254 });
const v4 = fc.tuple(fc.constantFrom(11, 73, 100, 172, 212), octet, octet, octet).map((parts) => parts.join('.'));
const v6 = fc
  .tuple(fc.integer({ min: 1, max: 0xffff }), fc.integer({ min: 1, max: 0xffff }))
  .map(([a, b]) => `2a02:${a.toString(16)}::${b.toString(16)}`);
const address = fc.oneof(v4, v6);
const label = fc.stringMatching(/^[A-Z][a-z]{5,12} [A-Z][a-z]{5,12}$/);
const host = fc.stringMatching(/^[a-z]{6,12}-(nl|de)$/).map((name) => `${name}.example`);

interface Secrets {
  readonly mine: string;
  readonly visitor: string;
  readonly proxyAddress: string;
  readonly resolver: string;
  readonly proxyName: string;
  readonly label: string;
  readonly interface: string;
  readonly port: number;
  readonly header: string;
}

const secrets: fc.Arbitrary<Secrets> = fc
  .record({
    mine: address,
    visitor: address,
    proxyAddress: address,
    resolver: address,
    proxyName: host,
    label,
    interface: fc.stringMatching(/^(wg|tun|ppp)-[a-z]{4,8}$/),
    port: fc.integer({ min: 10_000, max: 60_000 }),
    header: fc.constantFrom('x-real-ip', 'set-cookie', 'x-served-for', 'cf-ray'),
  })
  .filter(({ mine, visitor, proxyAddress, resolver }) => new Set([mine, visitor, proxyAddress, resolver]).size === 4);

const inUrl = (text: string) => (text.includes(':') ? `%5B${text.replaceAll(':', '%3A')}%5D` : text);

/** A report with every secret in every place it can come to stand. */
function reportWith(secret: Secrets): RunReport {
  const base = sampleReport();
  const [resolve, connect, http] = base.results[0]?.observations ?? [];
  if (resolve?.step !== 'resolve' || connect?.step !== 'connect' || http?.step !== 'http')
    throw new Error('the sample changed');
  const { proxyName, proxyAddress, port, mine, visitor } = secret;
  const url = `https://site.example/p?you=${inUrl(visitor)}&me=${inUrl(mine)}`;
  const direct: Observation[] = [
    { ...resolve, server: secret.resolver },
    { ...connect, localAddress: mine },
    {
      ...http,
      url,
      redirects: [{ url, status: 302 }],
      headers: { server: `edge for ${visitor}`, [secret.header]: visitor },
      title: `You are ${visitor}`,
    },
  ];
  const certificate = {
    fingerprint256: 'a'.repeat(64),
    subject: `CN=${proxyName}`,
    issuer: 'CN=ca',
    validFrom: 'a',
    validTo: 'b',
  };
  const proxied: Observation[] = [
    { ...resolve, name: proxyName, server: secret.resolver, answers: [{ address: proxyAddress }] },
    { ...connect, peer: 'proxy', address: proxyAddress, port, localAddress: mine },
    {
      id: 'o9',
      purpose: 'main',
      try: 1,
      startMs: 0,
      ms: 1,
      step: 'tls',
      peer: 'proxy',
      address: proxyAddress,
      port,
      serverName: proxyName,
      bytesReceived: 1,
      chain: [certificate],
    },
  ];
  const routes = base.routes.map((route) => {
    if (route.kind === 'direct') return route;
    if (route.kind === 'interface') return { ...route, label: secret.interface, endpoint: secret.interface };
    return { ...route, label: secret.label, endpoint: `${proxyName}:${port}` };
  });
  return {
    ...base,
    environment: {
      ...base.environment,
      tunnel: { up: true, interface: secret.interface },
      systemProxy: `${proxyName}:${port}`,
    },
    routes,
    results: base.results.map((result, index) =>
      index === 0 ? { ...result, observations: direct } : index === 1 ? { ...result, observations: proxied } : result,
    ),
  };
}

/** Whether a text stands in another as a whole word, and not as a part of a longer one. */
function hasToken(text: string, token: string): boolean {
  const escaped = token.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  return new RegExp(`(?<![\\w.:-])${escaped}(?![\\w.:-])`, 'i').test(text);
}

/** Every string of a JSON value that is not the same in the other, with its place. */
function differences(before: unknown, after: unknown, path = ''): { readonly path: string; readonly text: string }[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (typeof before !== 'object' || before === null) return [{ path, text: String(before) }];
  return Object.entries(before).flatMap(([name, value]) => {
    const kept = typeof after === 'object' && after !== null ? (after as Record<string, unknown>)[name] : undefined;
    // A header is listed by its name, and a certificate by its subject.
    if (path.endsWith('/headers') && kept === undefined) return [{ path, text: name }];
    if (name === 'chain') return (value as { subject: string }[]).map(({ subject }) => ({ path, text: subject }));
    return differences(value, kept, `${path}/${name}`);
  });
}

function explains({ before }: Removal, text: string): boolean {
  const plain = decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25')).toLowerCase();
  const wanted = before.toLowerCase();
  // A proxy's address and port are listed as one place.
  return (
    plain.includes(wanted) ||
    wanted === plain ||
    wanted.endsWith(`:${plain}`) ||
    wanted.replace(/[[\]]/g, '').startsWith(`${plain}:`)
  );
}

describe('what is listed and what is taken out', () => {
  it.each(['standard', 'strict'] as const)('are the same at %s, for every report', async (level) => {
    await fc.assert(
      fc.asyncProperty(secrets, async (secret) => {
        const report = reportWith(secret);
        const redacted = await redactReport(report, level, [secret.mine]);
        const removals = await describeRemovals(report, level, [secret.mine]);
        const { redaction: _level, ...shown } = redacted;
        const text = JSON.stringify(shown);
        for (const { before } of removals) expect(hasToken(text, before), before).toBe(false);
        for (const { before, count } of removals) {
          expect(count).toBeGreaterThan(0);
          expect(before).not.toBe('');
        }
        const { redaction: _before, ...whole } = report;
        const unsaid = differences(whole, shown).filter(
          ({ text: gone }) => !removals.some((removal) => explains(removal, gone)),
        );
        expect(unsaid).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
