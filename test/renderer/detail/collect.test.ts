import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../model/observation.ts';
import type { Result } from '../../../model/result.ts';
import { isAddress, isRange } from '../../../renderer/components/address-words.ts';
import { collectAddresses } from '../../../renderer/screens/detail/collect-addresses.ts';
import { collectChains, commonName } from '../../../renderer/screens/detail/collect-chains.ts';
import { flattenFields } from '../../../renderer/screens/detail/flatten-fields.ts';
import { findObservation } from '../../../renderer/screens/detail/observation-anchor.ts';
import { telegramEndpoints } from '../../../renderer/screens/detail/telegram-endpoints.ts';
import { connected, handshaken, proxied, resolved, spoken } from './observations.ts';

function over(routeId: string, observations: readonly Observation[], state: Result['state'] = 'ok'): Result {
  return { targetId: 't', routeId, state, ms: {}, tries: 1, observations: [...observations] };
}

describe('words that may be looked up by themselves', () => {
  it('takes addresses and ranges', () => {
    expect(['192.0.2.1', '::1', '2001:db8::a', '::ffff:192.0.2.1'].map(isAddress)).toEqual([true, true, true, true]);
    expect(['192.0.2.0/24', '2001:db8::/32', '0.0.0.0/0'].map(isRange)).toEqual([true, true, true]);
  });

  it('takes nothing for which a resolver would be asked', () => {
    const names = [
      'example.org',
      '',
      'private IPv4',
      '1.2.3',
      '256.1.1.1',
      'a.b.c.d',
      'fe80::1%eth0',
      'x:y',
      '1.2.3.4.example',
    ];
    expect(names.map(isAddress)).toEqual(names.map(() => false));
    const ranges = [
      'example.org/24',
      '192.0.2.0',
      '192.0.2.0/',
      '192.0.2.0/24/8',
      '192.0.2.0/999',
      'http://x/1',
      '/24',
    ];
    expect(ranges.map(isRange)).toEqual(ranges.map(() => false));
  });
});

describe('the addresses of a target', () => {
  it('says who named them, over which routes they were dialled, and how that went', () => {
    const results = [
      over('direct', [
        resolved({ startMs: 0, ms: 1, answers: [{ address: '192.0.2.1', asn: 64500 }] }),
        resolved({ startMs: 0, ms: 1, resolver: 'udp', server: '8.8.8.8', answers: [{ address: '192.0.2.9' }] }),
        connected({ startMs: 1, ms: 1, failure: { step: 'connect', kind: 'timeout' } }),
        connected({ startMs: 9, ms: 1, try: 2 }),
      ]),
      over('socks', [
        connected({ startMs: 1, ms: 1, peer: 'proxy', address: '203.0.113.1' }),
        proxied({ startMs: 2, ms: 1, requested: '192.0.2.1' }),
        proxied({ startMs: 2, ms: 1, requested: 'example.org' }),
      ]),
    ];
    expect(collectAddresses(results, [])).toEqual([
      {
        address: '192.0.2.1',
        asn: 64500,
        namedBy: ['system'],
        dialled: [
          { routeId: 'direct', ok: true },
          { routeId: 'socks', ok: true },
        ],
      },
      { address: '192.0.2.9', namedBy: ['8.8.8.8'], dialled: [] },
    ]);
  });

  it('does not take a proxy that refused us for one that could not reach the address', () => {
    const failure = { step: 'proxy', kind: 'proxy-auth', code: '407' } as const;
    expect(
      collectAddresses([over('p', [proxied({ startMs: 0, ms: 1, requested: '192.0.2.1', failure })])], []),
    ).toEqual([]);
  });

  it('adds the finding of the very address', () => {
    const finding = { targetId: 't', host: 'h', address: '192.0.2.1', operator: 'aws', list2018: true };
    const [seen] = collectAddresses(
      [over('direct', [connected({ startMs: 0, ms: 1 })])],
      [{ ...finding, address: '192.0.2.2' }, finding],
    );
    expect(seen?.cloud).toEqual(finding);
  });
});

describe('the certificates of a target', () => {
  const certificate = (letter: string) => ({
    fingerprint256: letter.repeat(64),
    subject: `CN=${letter}.example`,
    issuer: 'CN=Root',
    validFrom: '2026-01-01T00:00:00.000Z',
    validTo: '2027-01-01T00:00:00.000Z',
  });

  it('shows each chain once, with every route that showed it, those of proxies last', () => {
    const same = { startMs: 0, ms: 1, chain: [certificate('a')], trust: 'public' as const };
    const chains = collectChains([
      over('direct', [handshaken({ ...same, chain: [certificate('b')], trust: 'none' })]),
      over('socks', [
        handshaken({ ...same, peer: 'proxy', chain: [certificate('c')] }),
        handshaken(same),
        handshaken({ ...same, try: 2 }),
      ]),
      over('other', [handshaken(same), handshaken({ startMs: 0, ms: 1 })]),
    ]);
    expect(chains.map(({ chain, shown }) => [chain[0]?.subject, shown.map(({ routeId }) => routeId)])).toEqual([
      ['CN=b.example', ['direct']],
      ['CN=a.example', ['socks', 'other']],
      ['CN=c.example', ['socks']],
    ]);
  });

  it('finds the common name, and shows the whole where there is none', () => {
    expect(commonName('O=Example, CN=example.org')).toBe('example.org');
    expect(commonName('CN=<b>x</b>, O=y')).toBe('<b>x</b>');
    expect(commonName('O=Only')).toBe('O=Only');
  });
});

describe('the endpoints of Telegram', () => {
  const silent = { step: 'mtproto', kind: 'timeout' } as const;

  it('shows the last try of each, its ping, or how far it got', () => {
    const rows = telegramEndpoints([
      over('direct', [
        connected({ startMs: 0, ms: 1, address: '192.0.2.1' }),
        spoken({ startMs: 1, ms: 1, address: '192.0.2.1', stage: 'sent', failure: silent }),
        spoken({ startMs: 9, ms: 1, address: '192.0.2.1', try: 2, pingMs: 40 }),
        connected({
          startMs: 0,
          ms: 1,
          address: '2001:db8::1',
          port: 80,
          failure: { step: 'connect', kind: 'refused' },
        }),
      ]),
      over('mtproxy', [
        connected({ startMs: 0, ms: 1, peer: 'proxy', address: '203.0.113.1' }),
        spoken({ startMs: 1, ms: 1, proxyStage: 'hello', stage: 'sent', failure: silent }),
      ]),
    ]);
    expect(rows).toEqual([
      {
        endpoint: '192.0.2.1:443',
        cells: [{ ok: true, reached: 'resPQ', pingMs: 40, fallback: false }, undefined],
      },
      {
        endpoint: '[2001:db8::1]:80',
        cells: [{ ok: false, failure: { step: 'connect', kind: 'refused' }, fallback: false }, undefined],
      },
      { endpoint: null, cells: [undefined, { ok: false, reached: 'hello', failure: silent, fallback: false }] },
    ]);
  });

  it('says when an older form passed where the usual one did not, and never calls that ok', () => {
    const [row] = telegramEndpoints([
      over('direct', [
        spoken({ startMs: 0, ms: 1, address: '192.0.2.1', stage: 'sent', failure: silent }),
        spoken({ startMs: 5, ms: 1, address: '192.0.2.1', purpose: 'fallback', transport: 'abridged' }),
      ]),
    ]);
    expect(row?.cells[0]).toMatchObject({ ok: false, fallback: true, failure: silent });
  });
});

describe('everything that was recorded', () => {
  it('names every field by its path and leaves none out', () => {
    expect(flattenFields({ a: 1, b: [], c: [{ d: 'x' }, null], e: {}, f: false })).toEqual([
      { path: 'a', value: '1' },
      { path: 'b', value: '[]' },
      { path: 'c[0].d', value: 'x' },
      { path: 'c[1]', value: 'null' },
      { path: 'e', value: '{}' },
      { path: 'f', value: 'false' },
    ]);
  });

  it('finds an observation with its route, and nothing for an id that is not there', () => {
    const seen = connected({ startMs: 0, ms: 1 });
    const results = [over('a', []), over('b', [seen])];
    expect(findObservation(results, seen.id)).toEqual({ routeId: 'b', observation: seen });
    expect(findObservation(results, 'o-none')).toBeUndefined();
    expect(findObservation(results, undefined)).toBeUndefined();
  });
});
