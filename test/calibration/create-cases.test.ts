import { BlockList } from 'node:net';
import { describe, expect, it } from 'vitest';
import { siteOf } from '../../engine/site-of.ts';
import { createRandom } from '../bench/synthetic-ranges.ts';
import { buildWorld, subjectId } from './build-world.ts';
import { causes, createCases } from './create-cases.ts';
import { placeHosts } from './place-hosts.ts';
import { hasEnough } from './read-calibration.ts';

const cases = createCases();

function holds(prefix: string, address: string): boolean {
  const family = prefix.includes(':') ? 'ipv6' : 'ipv4';
  const [start = '', length] = prefix.split('/');
  const list = new BlockList();
  list.addSubnet(start, Number(length), family);
  return list.check(address, family);
}

describe('the labelled cases', () => {
  it('are more than two hundred, each one once, and the same every time', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    expect(createCases()).toEqual(cases);
  });

  it('show every cause with and without a control, with none to four neighbours, behind a tunnel and with a tool', () => {
    for (const cause of causes) {
      const own = cases.filter((spec) => spec.cause === cause);
      for (const control of [true, false]) {
        const plain = own.filter((spec) => spec.control === control && spec.circumstance === 'plain');
        const siblings = new Set(plain.map(({ failing, answering }) => failing + answering));
        expect([...siblings].sort(), `${cause} ${control}`).toEqual([0, 1, 2, 3, 4]);
      }
      const circumstances = new Set(own.map(({ circumstance }) => circumstance));
      for (const needed of ['tunnel', 'bypass-tool', 'one-site', 'as-only', 'plain'] as const) {
        expect(circumstances.has(needed), `${cause} ${needed}`).toBe(true);
      }
    }
  });

  it('place every host where its cause says, at an address of its own unless it shall share one', () => {
    for (const spec of cases) {
      const places = placeHosts(spec, createRandom(spec.seed));
      const all = [places.subject, ...places.failing, ...places.answering];
      expect(
        all.every((address) => holds(places.prefix, address)),
        spec.id,
      ).toBe(true);
      const distinct = spec.circumstance === 'one-address' ? 1 : 1 + spec.failing + spec.answering;
      expect(new Set(all).size, spec.id).toBe(distinct);
      expect(holds(places.prefix, places.elsewhere), spec.id).toBe(false);
      if (spec.cause !== 'part') continue;
      expect(
        [places.subject, ...places.failing].every((address) => holds(places.part, address)),
        spec.id,
      ).toBe(true);
      expect(
        places.answering.some((address) => holds(places.part, address)),
        spec.id,
      ).toBe(false);
    }
  });

  it('label what was done to each host, and put neighbours on sites of their own unless they shall share one', () => {
    for (const spec of cases) {
      const { scenario, labels } = buildWorld(spec);
      expect(labels.get(subjectId), spec.id).toBe(spec.cause);
      const own = ['dead-sibling', 'filtered-sibling'].includes(spec.circumstance) && spec.answering > 0 ? 1 : 0;
      expect(labels.size, spec.id).toBe(1 + spec.failing + own);
      const hosts = scenario.sites.filter(({ target }) => target?.group === 'stores').map(({ host }) => siteOf(host));
      const sites = spec.circumstance === 'one-site' ? 1 : 1 + spec.failing + spec.answering;
      expect(new Set(hosts).size, spec.id).toBe(sites);
    }
  });

  it('know where a blocked prefix leaves enough to see it by', () => {
    const idsOf = (enough: boolean) =>
      cases.filter((spec) => spec.cause === 'network' && hasEnough(spec) === enough).map(({ id }) => id);
    expect(idsOf(true)).toContain('network silent control 2+0 plain');
    expect(idsOf(true)).toContain('network refused control 3+0 dead-sibling');
    expect(idsOf(false)).toContain('network silent control 1+0 plain');
    expect(idsOf(false)).toContain('network silent no-control 4+0 plain');
    expect(idsOf(false)).toContain('network silent control 3+0 one-site');
    expect(idsOf(false)).toContain('network silent control 3+0 tunnel');
    expect(idsOf(true).length).toBeGreaterThan(12);
  });
});
