import { describe, expect, it } from 'vitest';
import { countGroup, countServices } from '../../../renderer/screens/check/count-group.ts';
import { buildLines, groupTargets } from '../../../renderer/screens/check/group-targets.ts';
import { aCell, aDataCentre, aRoute, aRun, aTarget } from '../a-run.ts';

const targets = [
  aTarget('a', { group: 'news' }),
  aTarget('b', { group: 'video' }),
  aDataCentre(1),
  aTarget('c', { group: 'news' }),
  aTarget('telegram-web', { group: 'telegram' }),
];

describe('groupTargets', () => {
  it('puts Telegram first and keeps the order of the rest', () => {
    const groups = groupTargets(targets);
    expect(groups.map(({ name, telegram }) => [name, telegram])).toEqual([
      ['telegram', true],
      ['news', false],
      ['video', false],
    ]);
    expect(groups[1]?.targets.map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('takes a group of that name without data centres for any other', () => {
    expect(groupTargets([aTarget('mine', { group: 'telegram' })])[0]?.telegram).toBe(false);
  });
});

describe('buildLines', () => {
  const groups = groupTargets(targets);

  it('gives a heading and, where it is open, its members', () => {
    const lines = buildLines({ groups, isOpen: ({ name }) => name === 'news' });
    expect(lines.map(({ key }) => key)).toEqual(['group telegram', 'group news', 'a', 'c', 'group video']);
  });

  it('leaves out what does not match, and headings over nothing', () => {
    const lines = buildLines({ groups, isOpen: () => true, matches: ({ id }) => id === 'c' });
    expect(lines.map(({ key }) => key)).toEqual(['group news', 'c']);
    expect(lines[0]).toMatchObject({ matching: 1 });
  });

  it('keeps keys apart where a target is called like a group', () => {
    const odd = groupTargets([aTarget('news', { group: 'news' })]);
    const keys = buildLines({ groups: odd, isOpen: () => true }).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('gives nothing for nothing', () => {
    expect(buildLines({ groups: [], isOpen: () => true })).toEqual([]);
  });
});

describe('countGroup', () => {
  const routes = [aRoute('direct'), aRoute('berlin')];

  it('counts endpoints of Telegram, and its pages not', () => {
    const [telegram] = groupTargets(targets);
    const cells = [
      aCell('telegram-dc1', 'direct', 'impaired', { endpoints: { tried: 12, ok: 9, failed: 3, skipped: 0 } }),
      aCell('telegram-web', 'direct', 'failed'),
    ];
    const { rows } = aRun({ routes, targets, cells });
    expect(telegram && countGroup(telegram, rows, 2)).toEqual([
      { ok: 9, tried: 12, waiting: 0, skipped: 0 },
      { ok: 0, tried: 0, waiting: 1, skipped: 0 },
    ]);
  });

  it('counts a WebSocket as one, whatever its addresses were', () => {
    const socket = aTarget('ws', { group: 'telegram', protocol: 'websocket', telegram: { dc: 2, media: false } });
    const cells = [aCell('ws', 'direct', 'ok', { endpoints: { tried: 3, ok: 3, failed: 0, skipped: 0 } })];
    const { rows } = aRun({ targets: [socket], cells });
    const [group] = groupTargets([socket]);
    expect(group && countGroup(group, rows, 1)).toEqual([{ ok: 1, tried: 1, waiting: 0, skipped: 0 }]);
  });

  it('tells what works, fails, was not carried, and is still to come', () => {
    const cells = [
      aCell('a', 'direct', 'ok'),
      aCell('b', 'direct', 'impaired', { failure: { step: 'transfer', kind: 'stall' } }),
      aCell('c', 'direct', 'impaired', { tries: 2 }),
      aCell('a', 'berlin', 'skipped', { detail: 'not-carried' }),
      aCell('b', 'berlin', 'cancelled'),
    ];
    expect(
      countServices(aRun({ routes, targets: targets.filter(({ group }) => group !== 'telegram'), cells })),
    ).toEqual([
      { ok: 2, tried: 3, waiting: 0, skipped: 0 },
      { ok: 0, tried: 0, waiting: 1, skipped: 2 },
    ]);
  });
});
