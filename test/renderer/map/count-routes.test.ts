import { describe, expect, it } from 'vitest';
import type { RouteSummary } from '../../../model/route.ts';
import type { Cell, RunTarget } from '../../../model/run-view.ts';
import { countRoutes, otherGroups } from '../../../renderer/screens/map/count-routes.ts';

function target(id: string, group: string): RunTarget {
  return { id, name: id, group, protocol: 'https' };
}

function route(id: string, baseline: Partial<RouteSummary['baseline']> = {}): RouteSummary {
  const whole = { ok: true, passed: 4, tried: 4, ...baseline };
  return { id, kind: 'socks5h', label: id, endpoint: null, remoteDns: true, baseline: whole };
}

function cell(targetId: string, routeId: string, state: Cell['state'], detail?: 'not-carried'): Cell {
  return { targetId, routeId, state, ms: {}, tries: 1, ...(detail && { detail }) };
}

const targets = [target('a', 'news'), target('b', 'news'), target('t', 'telegram')];

describe('what gets through each route', () => {
  it('counts by group and in all, and lights the route that carries the most', () => {
    const rows = new Map([
      ['a', [cell('a', 'direct', 'failed'), cell('a', 'socks', 'ok')]],
      ['b', [cell('b', 'direct', 'ok'), cell('b', 'socks', 'ok')]],
      ['t', [cell('t', 'direct', 'impaired'), undefined]],
    ]);
    const count = countRoutes({ targets, routes: [route('direct'), route('socks')], rows }, 8);
    expect(count.groups).toEqual([
      { id: 'news', total: 2 },
      { id: 'telegram', total: 1 },
    ]);
    expect(count.routes[0]).toMatchObject({ ok: 1, tried: 3, total: 3, dead: false });
    expect(count.routes[1]?.groups).toEqual([
      { ok: 2, tried: 2, notCarried: 0, total: 2 },
      { ok: 0, tried: 0, notCarried: 0, total: 1 },
    ]);
    expect(count.lit).toBe('socks');
  });

  it('lights the first of equals, and none where nothing gets through', () => {
    const both = new Map([['a', [cell('a', 'direct', 'ok'), cell('a', 'socks', 'ok')]]]);
    expect(countRoutes({ targets, routes: [route('direct'), route('socks')], rows: both }, 8).lit).toBe('direct');
    expect(countRoutes({ targets, routes: [route('direct')], rows: new Map() }, 8).lit).toBeUndefined();
  });

  it('blames no route for what it cannot be asked for, nor for what was stopped', () => {
    const rows = new Map([
      ['a', [cell('a', 'm', 'skipped', 'not-carried')]],
      ['b', [cell('b', 'm', 'cancelled')]],
      ['t', [cell('t', 'm', 'ok')]],
    ]);
    const [counted] = countRoutes({ targets, routes: [route('m')], rows }, 8).routes;
    expect(counted).toMatchObject({ ok: 1, tried: 1, notCarried: 1, total: 3 });
  });

  it('calls a route dead only after the gate has tried it', () => {
    const routes = [route('before', { ok: false, passed: 0, tried: 0 }), route('dead', { ok: false, passed: 0 })];
    expect(countRoutes({ targets, routes, rows: new Map() }, 8).routes.map(({ dead }) => dead)).toEqual([false, true]);
  });

  it('counts the smallest groups together where there are too many, and loses no target', () => {
    const many = [1, 2, 3, 4, 5].flatMap((size) =>
      Array.from({ length: size }, (_, index) => target(`g${size}-${index}`, `g${size}`)),
    );
    const { groups } = countRoutes({ targets: many, routes: [route('direct')], rows: new Map() }, 3);
    expect(groups.map(({ id }) => id)).toEqual(['g4', 'g5', otherGroups]);
    expect(groups.reduce((sum, { total }) => sum + total, 0)).toBe(many.length);
  });
});
