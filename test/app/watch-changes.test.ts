import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChangeWatch } from '../../app/watch-changes.ts';
import type { RunReport } from '../../model/report.ts';
import type { VerdictName } from '../../model/verdict.ts';
import { aCheck, routeIds, type CheckShape as Shape } from '../support/a-check.ts';

/** What a watch says of each check, in words. */
function watch(shapes: readonly Shape[], last?: Shape) {
  const { take } = createChangeWatch(last ? { last: aCheck(-1, last) } : {});
  return shapes.map((shape, index) => {
    const { confirmed, routes, recheck } = take(aCheck(index, shape));
    return {
      told: [
        ...routes.map(({ routeId, from, to, since }) => `${routeId}: ${from}>${to} ${since.slice(11, 16)}`),
        ...confirmed.map(({ targetId, routeId, from, to, since }) => {
          return `${targetId}@${routeId}: ${from}>${to} ${since.slice(11, 16)}`;
        }),
      ],
      recheck,
    };
  });
}

const told = (shapes: readonly Shape[], last?: Shape) => watch(shapes, last).flatMap((each) => each.told);
const good: Shape = { cells: { a: 'ww', b: 'ww' } };
const bad: Shape = { cells: { a: 'fw', b: 'ww' } };

describe('a watch for changes', () => {
  it('asks for another look at what is new, and tells when that shows the same', () => {
    expect(watch([good, bad, { cells: { a: 'fw' } }, bad])).toEqual([
      { told: [], recheck: [] },
      { told: [], recheck: ['a'] },
      { told: ['a@direct: ok>failed 14:15'], recheck: [] },
      { told: [], recheck: [] },
    ]);
  });

  it('tells all there is to tell, with the verdict where it is another', () => {
    const { take } = createChangeWatch();
    for (const [index, shape] of [good, bad].entries()) take(aCheck(index, shape));
    expect(take(aCheck(2, bad)).confirmed).toEqual([
      {
        targetId: 'a',
        name: 'A',
        routeId: 'direct',
        label: 'DIRECT',
        from: 'ok',
        to: 'failed',
        verdict: { from: 'reachable', to: 'blocked' },
        since: '2026-11-22T14:15:00.000Z',
      },
    ]);
    const proxy = { cells: { a: 'ff', b: 'ww' } };
    take(aCheck(3, proxy));
    expect(take(aCheck(4, proxy)).confirmed[0]).not.toHaveProperty('verdict');
  });

  it('goes on from the last check that was kept', () => {
    expect(told([bad, bad], good)).toEqual(['a@direct: ok>failed 14:00']);
    expect(told([bad, bad], bad)).toEqual([]);
  });

  it('forgets what does not come back in the next look, and what is seen for the first time ever', () => {
    expect(told([good, bad, good, bad, good])).toEqual([]);
    expect(told([good, { cells: { a: 'ww', b: 'ww', c: 'fw' } }, { cells: { a: 'ww', b: 'ww', c: 'fw' } }])).toEqual(
      [],
    );
  });

  it('counts nothing that was not tested or not decided', () => {
    for (const cells of [{ a: 'sw' }, { a: 'cw' }, { a: '-w' }]) expect(told([good, { cells }, { cells }])).toEqual([]);
    const undecided: Shape = { ...bad, verdicts: { a: 'inconclusive' } };
    const untold: Shape = { ...bad, change: (report) => ({ ...report, verdicts: [], partial: true }) };
    for (const shape of [undecided, untold]) expect(told([good, shape, shape, shape])).toEqual([]);
    // A look that shows nothing is no look: the next one counts.
    expect(told([good, bad, undecided, bad])).toEqual(['a@direct: ok>failed 14:15']);
  });

  it('counts nothing behind a sign-in page, where connects prove nothing, and in practice', () => {
    const portal: Shape = { ...bad, environment: { captivePortal: true } };
    const open: Shape = { ...bad, environment: { connectsProveNothing: true } };
    const practice: Shape = { ...bad, change: (report) => ({ ...report, practice: { scenario: 'offline' } }) };
    for (const shape of [portal, open, practice]) expect(watch([good, shape, shape]).slice(1)).toEqual(none(2));
  });

  it('tells of a dead route once, as the route’s own change, and of it coming back', () => {
    const dead: Shape = { cells: { a: 'wf', b: 'wf' }, dead: ['berlin'] };
    expect(watch([good, dead, dead, dead, good, good])).toEqual([
      ...none(1),
      { told: [], recheck: ['a'] },
      { told: ['berlin: works>dead 14:15'], recheck: [] },
      ...none(1),
      { told: [], recheck: ['a'] },
      { told: ['berlin: dead>works 15:00'], recheck: [] },
    ]);
  });

  it('tells once of a machine that is offline, over whatever routes', () => {
    const offline: Shape = { cells: { a: 'fff', b: 'fff' }, dead: routeIds };
    const before: Shape = { cells: { a: 'www', b: 'www' } };
    expect(told([before, offline, offline, offline, before, before])).toEqual([
      'direct: works>dead 14:15',
      'direct: dead>works 15:00',
    ]);
  });

  it('begins anew when a tunnel comes up or goes down', () => {
    const tunnel: Shape = { cells: { a: 'ww', b: 'ww' }, environment: { tunnel: { up: true } } };
    expect(told([bad, tunnel, tunnel, bad, bad])).toEqual([]);
  });

  it('takes a target or route that leads elsewhere for another one', () => {
    const elsewhere = (url: string) => {
      return (report: RunReport) => ({ ...report, targets: report.targets.map((target) => ({ ...target, url })) });
    };
    const other: Shape = { ...bad, change: elsewhere('https://other.example/') };
    expect(told([good, other, other])).toEqual([]);
    const moved: Shape = {
      cells: { a: 'wf', b: 'wf' },
      change: (report) => ({
        ...report,
        routes: report.routes.map((route) => (route.id === 'berlin' ? { ...route, endpoint: 'new.example:1' } : route)),
      }),
    };
    expect(told([good, moved, moved])).toEqual([]);
    expect(told([good, { cells: { b: 'ww' } }, { cells: { b: 'ww' } }, good])).toEqual([]);
  });

  it('does not count the same check twice', () => {
    const { take } = createChangeWatch({ last: aCheck(0, good) });
    const check = aCheck(1, {
      ...bad,
      change: (report) => ({ ...report, results: [...report.results, ...report.results] }),
    });
    expect(take(check).recheck).toEqual(['a']);
    expect(take(check)).toEqual({ confirmed: [], routes: [], recheck: [] });
  });

  it('remembers 10,000 targets over 8 routes and no more', () => {
    const of = (prefix: string, state: string, count: number): Shape => ({
      cells: Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, state])),
    });
    const { take } = createChangeWatch({ last: aCheck(0, of('old', 'www', 10)) });
    // 3 × 26,667 cells: the ten old ones are the ones that had to go.
    take(aCheck(1, of('new', 'www', 26_667)));
    expect(take(aCheck(2, of('old', 'fww', 10))).recheck).toEqual([]);
    expect(take(aCheck(3, of('new', 'fww', 26_660))).recheck.length).toBeGreaterThan(26_000);
  });

  it('tells nothing that one check alone shows, whatever the checks show', () => {
    const cell = fc.constantFrom('w', 'i', 'f', 's', 'c', '-');
    const row = fc.array(cell, { minLength: 2, maxLength: 2 }).map((states) => states.join(''));
    const shape = fc.record({
      cells: fc.record({ a: row, b: row }),
      verdicts: fc.record({ a: fc.constantFrom<VerdictName>('reachable', 'blocked', 'inconclusive') }),
      dead: fc.subarray(['direct', 'berlin']),
      environment: fc.record({ captivePortal: fc.boolean() }),
    });
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 25 }), (shapes) => {
        const { take } = createChangeWatch();
        const reports = shapes.map((each, index) => aCheck(index, each));
        let count = 0;
        for (const [index, report] of reports.entries()) {
          for (const { targetId, routeId, to, since } of take(report).confirmed) {
            count += 1;
            const showing = reports.slice(0, index + 1).filter(({ results, finishedAt }) => {
              const result = results.find((each) => each.targetId === targetId && each.routeId === routeId);
              return finishedAt >= since && result?.state === to;
            });
            expect(showing.length).toBeGreaterThanOrEqual(2);
            expect(showing[0]?.finishedAt).toBe(since);
          }
        }
        // Two of four cells each before they are taken for unstable, and what holds afterwards.
        expect(count).toBeLessThanOrEqual(4 * (2 * 2 + Math.floor(shapes.length / 4)));
      }),
    );
  });
});

function none(count: number) {
  return Array.from({ length: count }, () => ({ told: [], recheck: [] }));
}
