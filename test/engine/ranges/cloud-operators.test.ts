import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import data from '../../../data/cloud-operators.json' with { type: 'json' };

const packageFile = (name: string) => createRequire(import.meta.url).resolve(`@ip-location-db/asn/${name}`);

function readNames(): Map<number, string> {
  const names = new Map<number, string>();
  for (const file of ['asn-ipv4-num.csv', 'asn-ipv6-num.csv']) {
    for (const [, asn, quoted, plain] of readFileSync(packageFile(file), 'utf8').matchAll(
      /^\d+,\d+,(\d+),(?:"(.*)"|(.*))$/gm,
    )) {
      names.set(Number(asn), (quoted ?? plain ?? '').replaceAll('""', '"'));
    }
  }
  return names;
}

describe('data/cloud-operators.json', () => {
  const names = readNames();

  it('names the package it was made from', () => {
    const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
    expect(data.source).toContain(version);
    expect(version).toContain(data.date.replaceAll('-', ''));
  });

  it('has Amazon’s networks as aws.md lists them', () => {
    const amazon = data.operators.find(({ id }) => id === 'aws');
    expect(amazon?.asns).toEqual([16509, 14618, 8987, 7224, 62785, 21664, 401395, 39111]);
    for (const asn of amazon?.asns ?? []) expect(names.get(asn) ?? 'Amazon').toMatch(/^Amazon/);
  });

  it.each(data.operators.filter((operator) => 'names' in operator))(
    'has every network named as $id',
    ({ names: own, asns }) => {
      const wanted = [...names].filter(([, name]) => own?.includes(name)).map(([asn]) => asn);
      expect(asns).toEqual(wanted.sort((a, b) => a - b));
      for (const name of own ?? []) expect([...names.values()]).toContain(name);
    },
  );

  it('gives no network to two operators, and credits the sources', () => {
    const all = data.operators.flatMap(({ asns }) => asns);
    expect(new Set(all).size).toBe(all.length);
    for (const word of ['RouteViews', 'NRO', 'DB-IP', 'CC BY 4.0']) expect(data.attribution.text).toContain(word);
  });
});
