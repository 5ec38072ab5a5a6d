import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { telegramTargets } from '../../app/telegram-targets.ts';
import { productionFingerprint, testFingerprint } from '../../engine/mtproto/req-pq.ts';
import { targetSchema } from '../../model/target.ts';
import { telegramDataSchema } from '../../model/telegram.ts';

const facts = JSON.parse(readFileSync(new URL('../../data/telegram.json', import.meta.url), 'utf8'));
const data = telegramDataSchema.parse(facts);
const all = telegramTargets(data);
const targets = all.filter(({ protocol }) => protocol === 'mtproto');

describe('data/telegram.json', () => {
  it('names a known source for every fact', () => {
    const { sources, ...sections } = data;
    const cited = [...JSON.stringify(sections).matchAll(/"source":"([^"]*)"/g)].map(([, key]) => key ?? '');
    expect(cited.length).toBeGreaterThan(50);
    expect(cited.filter((key) => !(key in sources))).toEqual([]);
  });

  it('lists addresses in canonical form, each within a range of Telegram or known to lie outside', () => {
    const ranges = data.ranges.map(({ prefix }) => ipaddr.parseCIDR(prefix));
    const outside = data.dataCentres
      .flatMap(({ addresses }) => addresses)
      .filter(({ address }) => {
        const parsed = ipaddr.parse(address);
        expect(parsed.toString()).toBe(address);
        return !ranges.some(([base, bits]) => base.kind() === parsed.kind() && parsed.match(base, bits));
      });
    // DC 2 has one address in a network Telegram rents.
    expect(outside.map(({ address }) => address)).toEqual(['95.161.76.100']);
  });

  it('agrees with the engine on the keys', () => {
    const key = (network: string) => data.fingerprints.find((entry) => entry.network === network)?.fingerprint;
    expect(key('production')).toBe(productionFingerprint);
    expect(key('test')).toBe(testFingerprint);
  });

  it('is refused with an address, a port or a date that is none', () => {
    const [first] = facts.dataCentres;
    const withAddress = (address: string) => ({
      ...facts,
      dataCentres: [{ ...first, addresses: [{ address, seen: '2026', source: 'desktop' }] }],
    });
    expect(telegramDataSchema.safeParse(withAddress('149.154.175.50')).success).toBe(true);
    expect(telegramDataSchema.safeParse(withAddress('149.154.175.500')).success).toBe(false);
    const withPort = (port: object) => ({ ...facts, ports: [port] });
    expect(telegramDataSchema.safeParse(withPort({ port: 0, seen: '2026', source: 'desktop' })).success).toBe(false);
    expect(telegramDataSchema.safeParse(withPort({ port: 1, seen: 'lately', source: 'desktop' })).success).toBe(false);
  });
});

describe('telegramTargets', () => {
  it('gives one valid target per data centre', () => {
    expect(targets.map(({ id }) => id)).toEqual([
      'telegram-dc1',
      'telegram-dc2',
      'telegram-dc3',
      'telegram-dc4',
      'telegram-dc5',
      'telegram-media',
    ]);
    for (const target of targets) expect(targetSchema.parse(target)).toEqual(target);
    expect(new Set(targets.map(({ group, protocol }) => `${group} ${protocol}`))).toEqual(
      new Set(['telegram mtproto']),
    );
  });

  it('covers every address on every port exactly once', () => {
    const written = (endpoint: { address: string; port: number }) => `${endpoint.address} ${endpoint.port}`;
    for (const [index, target] of targets.entries()) {
      const addresses = data.dataCentres[index]?.addresses ?? [];
      const wanted = addresses.flatMap(({ address }) => [443, 80, 5222].map((port) => written({ address, port })));
      expect(target.endpoints?.map(written).sort()).toEqual(wanted.sort());
    }
  });

  it('puts IPv4 before IPv6 and 443 before 80 before 5222, and starts with the first', () => {
    expect(targets[0]?.endpoints?.map(({ address, port }) => [isIPv4(address), address.at(-1), port])).toEqual([
      [true, '0', 443],
      [true, '3', 443],
      [true, '0', 80],
      [true, '3', 80],
      [true, '0', 5222],
      [true, '3', 5222],
      [false, 'a', 443],
      [false, 'a', 80],
      [false, 'a', 5222],
    ]);
    expect(targets[0]).toMatchObject({ host: '149.154.175.50', port: 443 });
  });

  it('gives the media network its own positive number', () => {
    expect(new Set(targets.at(-1)?.endpoints?.map(({ dc }) => dc))).toEqual(new Set([203]));
    expect(targets.map(({ telegram }) => telegram)).toEqual([
      ...[1, 2, 3, 4, 5].map((dc) => ({ dc, media: false })),
      { dc: 203, media: true },
    ]);
  });

  it('adds every WebSocket host of the web client, with its media twin', () => {
    const websockets = all.slice(targets.length);
    for (const target of websockets) expect(targetSchema.parse(target)).toEqual(target);
    expect(websockets.map(({ id }) => id)).toEqual(
      [1, 2, 3, 4, 5].flatMap((dc) => [`telegram-ws${dc}`, `telegram-ws${dc}-media`]),
    );
    expect(websockets[3]).toMatchObject({
      protocol: 'websocket',
      url: 'wss://kws2-1.web.telegram.org/apiws',
      host: 'kws2-1.web.telegram.org',
      telegram: { dc: 2, media: true },
    });
  });
});
