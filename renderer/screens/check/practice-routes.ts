import type { RouteSummary } from '../../../model/route.ts';
import type { RunPlan } from '../../../model/run-view.ts';

export type ChoosableRoute = Pick<RouteSummary, 'id' | 'kind' | 'label' | 'endpoint'> & { readonly enabled: boolean };

/** The routes each practice network was seen to have, by its id: one that is switched off is in no later run. */
export type KnownRoutes = ReadonlyMap<string, readonly RouteSummary[]>;

export function rememberRoutes(known: KnownRoutes, plan: RunPlan): KnownRoutes {
  const scenario = plan.scenario ?? '';
  const before = known.get(scenario) ?? [];
  const fresh = plan.routes.filter(({ id }) => !before.some((route) => route.id === id));
  return fresh.length === 0 ? known : new Map([...known, [scenario, [...before, ...fresh]]]);
}

/** The routes of a practice network, those that are switched off with them. */
export function practiceRoutes(
  known: KnownRoutes,
  plan: RunPlan,
  without: ReadonlySet<string>,
): readonly ChoosableRoute[] {
  const routes = known.get(plan.scenario ?? '') ?? plan.routes;
  return routes.map(({ id, kind, label, endpoint }) => ({ id, kind, label, endpoint, enabled: !without.has(id) }));
}
