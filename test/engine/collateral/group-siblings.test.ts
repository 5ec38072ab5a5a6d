import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupSiblings, type Neighbour, siblingKinds, standings } from '../../../engine/collateral/group-siblings.ts';

type Standing = Neighbour['standing']['connect'];

/** A host with its own site at one address; one that fails asks for its siblings. */
function host(address: string, standing: Standing, change: Partial<Neighbour> = {}): Neighbour {
  const others = { hello: 'none', freeze: 'none', http: 'none' } as const;
  const asks = standing === 'ok' ? {} : { fails: 'connect' as const };
  return {
    range: '52.58.0.0/15',
    site: address,
    address,
    standing: { connect: standing, ...others },
    ...asks,
    ...change,
  };
}

const counts = (neighbours: readonly Neighbour[]) => groupSiblings(neighbours).map((item) => item.counts);

describe('siblings', () => {
  it('are the other hosts of a range, by how they do', () => {
    const found = groupSiblings([
      host('52.58.0.1', 'failed'),
      host('52.58.0.2', 'failed'),
      host('52.58.0.3', 'unverified'),
      host('52.58.0.4', 'none'),
      host('18.196.0.1', 'failed', { range: '18.196.0.0/15' }),
    ]);
    expect(found[0]).toEqual({ counts: { failed: 1, unverified: 1, ok: 0 }, rangeAnswers: false });
    expect(found[2]?.counts).toEqual({ failed: 2, unverified: 0, ok: 0 });
    expect(found[3]?.counts).toEqual({ failed: 2, unverified: 1, ok: 0 });
    expect(found[4]).toEqual({ counts: { failed: 0, unverified: 0, ok: 0 }, rangeAnswers: false });
  });

  it('are no two witnesses when they share a site or an address, even through a third', () => {
    expect(
      counts([
        host('52.58.0.1', 'failed', { site: 'one.example' }),
        host('52.58.0.2', 'failed', { site: 'one.example' }),
        host('52.58.0.2', 'failed', { site: 'two.example' }),
        host('52.58.0.3', 'failed', { site: 'two.example' }),
        host('52.58.0.9', 'failed', { site: 'three.example' }),
      ]),
    ).toEqual([1, 1, 1, 1, 1].map((failed) => ({ failed, unverified: 0, ok: 0 })));
  });

  it('answer if any of one site answers', () => {
    const [first] = groupSiblings([
      host('52.58.0.1', 'failed'),
      host('52.58.0.2', 'failed', { site: 'two.example' }),
      host('52.58.0.3', 'ok', { site: 'two.example' }),
    ]);
    expect(first).toEqual({ counts: { failed: 0, unverified: 0, ok: 1 }, rangeAnswers: true });
  });

  it('make the range one that answers when the own site answers at another address of it', () => {
    const [first] = groupSiblings([
      host('52.58.0.1', 'failed', { site: 'one.example' }),
      host('52.58.0.2', 'ok', { site: 'one.example' }),
      host('52.58.0.3', 'failed'),
      host('52.58.0.4', 'failed'),
    ]);
    expect(first).toEqual({ counts: { failed: 2, unverified: 0, ok: 0 }, rangeAnswers: true });
  });

  it('fail only where they fail in the same way', () => {
    const cut = (address: string) =>
      host(address, 'none', {
        fails: 'hello',
        standing: { connect: 'none', hello: 'failed', freeze: 'none', http: 'none' },
      });
    const found = counts([host('52.58.0.1', 'failed'), cut('52.58.0.2'), cut('52.58.0.3')]);
    expect(found.map(({ failed }) => failed)).toEqual([0, 1, 1]);
  });
});

describe('a mixed range', () => {
  it('is split until those around a host agree', () => {
    const found = groupSiblings([
      host('52.58.0.1', 'failed'),
      host('52.58.0.2', 'failed'),
      host('52.58.200.1', 'failed'),
      host('52.59.0.1', 'ok'),
      host('52.59.0.2', 'failed'),
      host('52.59.0.3', 'ok'),
    ]);
    // The lower half fell, and nobody in it answers.
    for (const at of [0, 1, 2]) {
      expect(found[at]).toEqual({ counts: { failed: 2, unverified: 0, ok: 0 }, rangeAnswers: true });
    }
    // A dead one among those that answer.
    expect(found[4]?.counts).toEqual({ failed: 0, unverified: 0, ok: 2 });
  });

  it('that cannot be split apart leaves both', () => {
    const found = counts([host('52.58.0.0', 'failed'), host('52.58.0.2', 'failed'), host('52.58.0.3', 'ok')]);
    // With none or one beside it in its own half, the whole range speaks.
    expect(found[0]).toEqual({ failed: 1, unverified: 0, ok: 1 });
    expect(found[1]).toEqual({ failed: 1, unverified: 0, ok: 1 });
  });

  it('is split by IPv6 addresses too, and they are never beside IPv4 ones', () => {
    const found = counts([
      host('2a05:d014::1', 'failed', { range: 'AS16509' }),
      host('2a05:d014::2', 'failed', { range: 'AS16509' }),
      host('2a05:d014::3', 'failed', { range: 'AS16509' }),
      host('2a05:d015::1', 'ok', { range: 'AS16509' }),
      host('52.58.0.1', 'ok', { range: 'AS16509' }),
    ]);
    expect(found[0]).toEqual({ failed: 2, unverified: 0, ok: 0 });
  });
});

const neighbour = fc
  .record({
    range: fc.constantFrom('one', 'two'),
    last: fc.nat({ max: 40 }),
    site: fc.nat({ max: 25 }),
    standing: fc.constantFrom(...standings),
    fails: fc.constantFrom(undefined, ...siblingKinds),
  })
  .map(({ range, last, site, standing, fails }): Neighbour => {
    const all = { connect: standing, hello: standing, freeze: standing, http: standing };
    return {
      range,
      site: `s${site}.example`,
      address: `52.58.${last % 5}.${last}`,
      standing: all,
      ...(fails ? { fails } : {}),
    };
  });

describe('whatever the neighbours', () => {
  it('their order does not matter', () => {
    fc.assert(
      fc.property(fc.array(neighbour, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (drawn, stream) => {
        const order = drawn.map((_, at) => ({ at, key: stream.next().value as number })).sort((a, b) => a.key - b.key);
        const straight = groupSiblings(drawn);
        const shuffled = groupSiblings(order.flatMap(({ at }) => drawn[at] ?? []));
        expect(shuffled).toEqual(order.map(({ at }) => straight[at]));
      }),
    );
  });

  it('nobody is their own sibling, and one that answers anywhere in the range is remembered', () => {
    fc.assert(
      fc.property(fc.array(neighbour, { maxLength: 40 }), (drawn) => {
        for (const [at, { counts: found, rangeAnswers }] of groupSiblings(drawn).entries()) {
          const me = drawn[at];
          if (me?.fails === undefined) continue;
          const beside = drawn.filter(({ range, site, address }) => {
            return range === me.range && site !== me.site && address !== me.address;
          });
          const sites = (standing: Standing) =>
            new Set(beside.filter((item) => item.standing.connect === standing).map(({ site }) => site)).size;
          expect(found.failed).toBeLessThanOrEqual(sites('failed'));
          expect(found.ok).toBeLessThanOrEqual(sites('ok'));
          if (beside.some(({ standing }) => standing.connect === 'ok')) expect(rangeAnswers).toBe(true);
        }
      }),
    );
  });
});
