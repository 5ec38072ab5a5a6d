import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Count, MapCount } from '../../../renderer/screens/map/count-routes.ts';
import { cutLink } from '../../../renderer/screens/map/cut-link.ts';
import { layOutMap } from '../../../renderer/screens/map/lay-out-map.ts';

function count(ok: number, tried: number, total = 10, notCarried = 0): Count {
  return { ok, tried, total, notCarried };
}

function mapOf(routes: readonly { readonly dead?: boolean; readonly groups: readonly Count[] }[]): MapCount {
  const sum = (groups: readonly Count[], key: keyof Count) => groups.reduce((all, group) => all + group[key], 0);
  return {
    groups: (routes[0]?.groups ?? []).map(({ total }, index) => ({ id: `g${index}`, total })),
    routes: routes.map(({ dead = false, groups }, index) => ({
      id: `r${index}`,
      dead,
      groups,
      ...count(sum(groups, 'ok'), sum(groups, 'tried'), sum(groups, 'total'), sum(groups, 'notCarried')),
    })),
    lit: undefined,
  };
}

const size = { width: 1000, rem: 16, room: 800 };
const oneWay = (map: MapCount) => new Map(map.routes.map(({ id }) => [id, 'eth0']));
const layOut = (map: MapCount) => layOutMap({ count: map, wayOf: oneWay(map) }, size);

describe('the route map', () => {
  it('draws a link as thick as what gets through it', () => {
    const { links } = layOut(
      mapOf([{ groups: [count(10, 10), count(5, 10)] }, { groups: [count(2, 10), count(0, 10)] }]),
    );
    const width = (key: string) => links.find((link) => link.key === key)?.width ?? 0;
    expect(width('fan r0 0')).toBeCloseTo(2 * width('fan r0 1'));
    expect(width('trunk r0')).toBeCloseTo(width('fan r0 0') + width('fan r0 1'));
    expect(width('trunk r0')).toBeGreaterThan(width('trunk r1'));
    // What lets nothing through can still be seen.
    expect(width('fan r1 1')).toBeGreaterThan(0);
  });

  it('breaks what was tried in vain, and only that', () => {
    const { links } = layOut(mapOf([{ groups: [count(1, 10), count(0, 10), count(0, 0)] }]));
    const states = links
      .filter(({ key }) => key.startsWith('fan'))
      .map(({ state, paths, cross }) => [state, paths.length, cross !== undefined]);
    expect(states).toEqual([
      ['open', 1, false],
      ['broken', 2, true],
      ['waiting', 1, false],
    ]);
  });

  it('ends the way of a dead route before its proxy and draws nothing behind it', () => {
    const { links } = layOut(mapOf([{ dead: true, groups: [count(0, 10)] }, { groups: [count(3, 10)] }]));
    expect(links.find(({ key }) => key === 'trunk r0')?.state).toBe('broken');
    expect(links.filter(({ key }) => key.startsWith('fan r0'))).toEqual([]);
    // The way out of the machine is not broken: another route goes along it.
    expect(links.find(({ key }) => key === 'way eth0')?.state).toBe('open');
  });

  it('draws no link to what a route does not carry', () => {
    const { links } = layOut(mapOf([{ groups: [count(6, 6, 6), count(0, 0, 10, 10)] }]));
    expect(links.filter(({ key }) => key.startsWith('fan')).map(({ key }) => key)).toEqual(['fan r0 0']);
  });

  it('gives every interface a place of its own', () => {
    const map = mapOf([{ groups: [count(1, 1)] }, { groups: [count(1, 1)] }, { groups: [count(1, 1)] }]);
    const wayOf = new Map([
      ['r0', 'eth0'],
      ['r1', 'wg0'],
      ['r2', 'eth0'],
    ]);
    const { ways, links } = layOutMap({ count: map, wayOf }, size);
    expect(ways.map(({ id }) => id)).toEqual(['eth0', 'wg0']);
    expect(links.find(({ key }) => key === 'way eth0')?.routeIds).toEqual(['r0', 'r2']);
  });

  it('keeps boxes apart, inside and ordered, with one route or with many', () => {
    const some = fc.record({ ok: fc.nat(20), more: fc.nat(20) }).map(({ ok, more }) => count(ok, ok + more, 40));
    const shape = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));
    const maps = shape.chain(([routes, groups]) =>
      fc.array(fc.record({ dead: fc.boolean(), groups: fc.array(some, { minLength: groups, maxLength: groups }) }), {
        minLength: routes,
        maxLength: routes,
      }),
    );
    fc.assert(
      fc.property(maps, fc.constantFrom(8, 16, 32), (routes, rem) => {
        const map = mapOf(routes);
        const layout = layOutMap({ count: map, wayOf: oneWay(map) }, { width: 900, rem, room: 900 });
        for (const boxes of [layout.ways, layout.routes, layout.groups]) {
          for (const [index, { x, y, width, height }] of boxes.entries()) {
            expect(x >= 0 && x + width <= 900.001 && y >= -0.001 && y + height <= layout.height + 0.001).toBe(true);
            const next = boxes[index + 1];
            if (next) expect(next.y).toBeGreaterThanOrEqual(y + height);
          }
        }
        expect(layout.links.every(({ paths, width }) => width > 0 && !paths.join('').includes('NaN'))).toBe(true);
        // All that arrives at a group fits into its share of the height.
        for (const index of map.groups.keys()) {
          const arriving = layout.links.filter(
            ({ key, state }) => key.endsWith(` ${index}`) && key.startsWith('fan') && state === 'open',
          );
          const thinnest = 0.125 * rem;
          const sum = arriving.reduce((all, { width }) => all + (width > thinnest ? width : 0), 0);
          expect(sum).toBeLessThanOrEqual(layout.height / map.groups.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a broken link', () => {
  it('has two pieces that end at both sides of the gap', () => {
    const { pieces, middle } = cutLink([0, 0], [100, 40], 0.5);
    expect(middle[0]).toBeCloseTo(50);
    expect(middle[1]).toBeCloseTo(20);
    expect(pieces[0].startsWith('M0,0C')).toBe(true);
    expect(pieces[1].endsWith('100,40')).toBe(true);
    const end = Number(pieces[0].split(/[C,]/).at(-2));
    const start = Number(/^M([\d.]+),/.exec(pieces[1])?.[1]);
    expect(end).toBeLessThan(50);
    expect(start).toBeGreaterThan(50);
  });
});
