import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../../../model/run-view.ts';
import { practiceRoutes, rememberRoutes } from '../../../renderer/screens/check/practice-routes.ts';
import { aRoute } from '../a-run.ts';

const plan = (scenario: string, ...ids: string[]): RunPlan => ({
  runId: 'p',
  kind: 'practice',
  scenario,
  profile: 'standard',
  startedAt: '2026-11-22T12:00:00.000Z',
  targets: [],
  routes: ids.map((id) => aRoute(id)),
  jobs: 0,
});

describe('practice routes', () => {
  it('remembers a proxy that the next run was made without', () => {
    const known = rememberRoutes(new Map(), plan('a', 'direct', 'abroad', 'stale'));
    const later = plan('a', 'direct', 'stale');
    const routes = practiceRoutes(rememberRoutes(known, later), later, new Set(['abroad']));
    expect(routes.map(({ id, enabled }) => [id, enabled])).toEqual([
      ['direct', true],
      ['abroad', false],
      ['stale', true],
    ]);
  });

  it('keeps the networks apart, and stays the same where nothing is new', () => {
    const known = rememberRoutes(new Map(), plan('a', 'direct', 'abroad'));
    expect(rememberRoutes(known, plan('a', 'direct'))).toBe(known);
    const other = plan('b', 'direct', 'vpn');
    expect(practiceRoutes(rememberRoutes(known, other), other, new Set()).map(({ id }) => id)).toEqual([
      'direct',
      'vpn',
    ]);
  });
});
