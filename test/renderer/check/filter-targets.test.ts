import { describe, expect, it } from 'vitest';
import type { CloudFinding } from '../../../model/cloud.ts';
import { filterInForce, matchSearch, readFilters } from '../../../renderer/screens/check/filter-targets.ts';
import { aCell, anOutcome, aRoute, aRun, aTarget } from '../a-run.ts';

const targets = [aTarget('works'), aTarget('fails'), aTarget('unsteady'), aTarget('stopped'), aTarget('waiting')];
const routes = [aRoute('direct'), aRoute('berlin')];
const cells = [
  aCell('works', 'direct', 'ok'),
  aCell('works', 'berlin', 'failed'),
  aCell('fails', 'direct', 'failed'),
  aCell('fails', 'berlin', 'ok'),
  aCell('unsteady', 'direct', 'impaired', { tries: 2 }),
  aCell('stopped', 'direct', 'cancelled'),
];

function onCloud(targetId: string, operator: string): CloudFinding {
  return { targetId, host: 'x.example', address: '192.0.2.1', operator, list2018: false };
}

describe('readFilters', () => {
  it('judges what does not work by the current connection, and by what was tested', () => {
    const { failing, all } = readFilters(aRun({ targets, routes, cells }));
    expect(targets.filter(failing.matches).map(({ id }) => id)).toEqual(['fails']);
    expect([all.count, failing.count]).toEqual([5, 1]);
  });

  it('knows AWS and changes at the end only', () => {
    const { aws, changed, failing } = readFilters(aRun({ targets, routes, cells }));
    expect([aws.known, changed.known, failing.known]).toEqual([false, false, true]);
  });

  it('counts each target on AWS once, and no other cloud', () => {
    const cloud = [onCloud('works', 'aws'), onCloud('works', 'aws'), onCloud('fails', 'google')];
    const { aws } = readFilters(aRun({ targets, routes, cells, outcome: anOutcome({ cloud }) }));
    expect(aws).toMatchObject({ known: true, count: 1 });
    expect(targets.filter(aws.matches).map(({ id }) => id)).toEqual(['works']);
  });

  it('tells no change from no earlier check', () => {
    const none = readFilters(aRun({ targets, cells, outcome: anOutcome({ changes: [] }) })).changed;
    const unknown = readFilters(aRun({ targets, cells, outcome: anOutcome({ changes: null }) })).changed;
    expect([none.known, none.count, unknown.known]).toEqual([true, 0, false]);
    const changes = [{ targetId: 'fails', from: 'reachable', to: 'blocked' } as const];
    expect(readFilters(aRun({ targets, outcome: anOutcome({ changes }) })).changed.count).toBe(1);
  });
});

describe('filterInForce', () => {
  it('shows all while a new run cannot tell what was chosen, and comes back to it', () => {
    const running = readFilters(aRun({ targets }));
    expect(filterInForce(running, 'aws')).toBe('all');
    expect(filterInForce(running, 'failing')).toBe('failing');
    expect(filterInForce(readFilters(aRun({ targets, outcome: anOutcome() })), 'aws')).toBe('aws');
  });
});

describe('matchSearch', () => {
  const target = aTarget('x', { name: 'Die Größe', host: 'gr.example', url: 'https://gr.example/deep', group: 'news' });

  it.each(['größe', 'GRÖSSE'.replace('SS', 'ß'), 'gr.example', 'deep', 'news', 'news größe', '  die  '])(
    'finds by %j',
    (search) => {
      expect(matchSearch(search)?.(target)).toBe(true);
    },
  );

  it('wants every word, and takes no character for a pattern', () => {
    expect(matchSearch('größe video')?.(target)).toBe(false);
    expect(matchSearch('.*')?.(target)).toBe(false);
    expect(matchSearch('(')?.(target)).toBe(false);
  });

  it('finds full-width letters by plain ones', () => {
    expect(matchSearch('abc')?.(aTarget('y', { name: 'ＡＢＣ' }))).toBe(true);
  });

  it('is nothing where nothing is searched', () => {
    expect(matchSearch('  ')).toBeUndefined();
  });
});
