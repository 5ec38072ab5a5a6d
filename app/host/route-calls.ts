import type { Answer } from '../../model/contract.ts';
import { exportProxyLink, exportTelegramLinks } from '../export-route.ts';
import { routeById, withCredentials } from '../settings/routes-for-run.ts';
import { type KeptRoute, maxEnabledRoutes, maxRoutes, type SettingsState } from '../settings/settings-state.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { askPort, type Change, keepChange, refuse } from './keep-change.ts';
import { createNames } from './name-route.ts';
import { presetCalls } from './preset-calls.ts';
import { routeFromForm } from './route-from-form.ts';
import { importCalls } from './route-import-calls.ts';
import { routesView } from './routes-view.ts';

type RouteCalls = Pick<
  Handlers,
  | 'readRoutes'
  | 'addRoute'
  | 'changeRoute'
  | 'toggleRoute'
  | 'orderRoutes'
  | 'duplicateRoute'
  | 'removeRoute'
  | 'copyRouteLink'
  | 'openInTelegram'
>;

/** Everything of the list of routes. A page is told of no password and no secret, and can have none sent elsewhere. */
export function routeCalls(
  context: HostContext,
): RouteCalls & ReturnType<typeof presetCalls> & ReturnType<typeof importCalls> {
  const keep = (change: Change) => keepChange(context, change, () => routesView(context));
  const state = () => context.settings.state();
  return {
    ...presetCalls(context),
    ...importCalls(context),
    readRoutes: async () => ({ ok: true, value: routesView(context) }),
    addRoute: (form) => keep((now) => added(now, routeFromForm(form, now.routes.length + 1), now.routes.length)),
    changeRoute: ({ id, form }) => keep((now) => withRoute(now, id, (route) => changed(now, route, form))),
    toggleRoute: ({ id, enabled }) => keep((now) => toggled(now, id, enabled)),
    orderRoutes: ({ ids }) => keep((now) => ordered(now, ids)),
    duplicateRoute: ({ id }) =>
      keep((now) =>
        // Off, as the same way twice tells nothing; it is made to be changed.
        withRoute(now, id, (route, at) => added(now, { ok: true, value: { ...route, enabled: false } }, at + 1)),
      ),
    removeRoute: ({ id }) =>
      keep((now) => withRoute(now, id, (route) => ({ ok: true, value: removed(now, route.id) }))),
    copyRouteLink: async ({ id, withSecret }) => {
      const link = linkOf(state(), id, withSecret);
      return link.ok ? askPort(() => context.ports.copyText(link.value)) : link;
    },
    openInTelegram: async ({ id }) => {
      const route = routeById(state(), id);
      if (!route.ok) return route;
      const links = 'host' in route.value ? exportTelegramLinks(route.value, { credentials: true }) : undefined;
      return links ? askPort(() => context.ports.openTelegramLink(links.tg)) : refuse('route-no-link');
    },
  };
}

function withRoute(
  state: SettingsState,
  id: string,
  apply: (route: KeptRoute, at: number) => Answer<SettingsState>,
): Answer<SettingsState> {
  if (id === 'direct') return refuse('route-fixed');
  const at = state.routes.findIndex((route) => route.id === id);
  const route = state.routes[at];
  return route ? apply(route, at) : refuse('route-unknown');
}

function added(state: SettingsState, made: Answer<KeptRoute>, at: number): Answer<SettingsState> {
  if (!made.ok) return made;
  const { routes } = state;
  if (routes.length >= maxRoutes) {
    return refuse('too-many', { params: { count: routes.length + 1, limit: maxRoutes } });
  }
  const isFull = countEnabled(routes) >= maxEnabledRoutes;
  const named = createNames(routes)({ ...made.value, enabled: made.value.enabled && !isFull });
  return { ok: true, value: { ...state, routes: routes.toSpliced(at, 0, named) } };
}

function changed(
  state: SettingsState,
  before: KeptRoute,
  form: Parameters<typeof routeFromForm>[0],
): Answer<SettingsState> {
  const at = state.routes.indexOf(before);
  const made = routeFromForm(form, at + 1, before);
  if (!made.ok) return made;
  const others = state.routes.toSpliced(at, 1);
  const route = createNames(others)(made.value);
  // How quick another server was says nothing of this one.
  const latencies = placeOf(route) === placeOf(before) ? state.latencies : forgetting(state, before.id);
  return { ok: true, value: { ...state, routes: state.routes.with(at, route), latencies } };
}

function toggled(state: SettingsState, id: string, enabled: boolean): Answer<SettingsState> {
  if (id === 'direct' && enabled) return { ok: true, value: state };
  return withRoute(state, id, (route, at) => {
    if (route.enabled === enabled && !isLost(route)) return { ok: true, value: state };
    if (enabled && isLost(route)) return refuse('route-secret-lost', { params: { label: route.label } });
    const routes = state.routes.with(at, { ...route, enabled });
    const count = countEnabled(routes);
    if (count > maxEnabledRoutes && enabled) {
      return refuse('too-many', { params: { count, limit: maxEnabledRoutes } });
    }
    return { ok: true, value: { ...state, routes } };
  });
}

/** Routes the page did not know of yet come last, in their old order. */
function ordered(state: SettingsState, ids: readonly string[]): Answer<SettingsState> {
  const left = new Map(state.routes.map((route) => [route.id, route]));
  const first: KeptRoute[] = [];
  for (const id of new Set(ids)) {
    const route = left.get(id);
    if (!route && id !== 'direct') return refuse('route-unknown');
    if (route) first.push(route);
    left.delete(id);
  }
  return { ok: true, value: { ...state, routes: [...first, ...left.values()] } };
}

function removed(state: SettingsState, id: string): SettingsState {
  return {
    ...state,
    routes: state.routes.filter((route) => route.id !== id),
    presets: state.presets.map((preset) => ({ ...preset, routeIds: preset.routeIds.filter((other) => other !== id) })),
    latencies: forgetting(state, id),
  };
}

function linkOf(state: SettingsState, id: string, withSecret: boolean): Answer<string> {
  const kept = state.routes.find((route) => route.id === id);
  if (!kept) return refuse(id === 'direct' ? 'route-no-link' : 'route-unknown');
  if (kept.kind === 'interface') return refuse('route-no-link');
  const { kind, host, port, label } = kept;
  if (!withSecret) return { ok: true, value: exportProxyLink({ kind, host, port, label }, { credentials: false }) };
  const route = withCredentials(kept);
  if (!route || !('host' in route)) return refuse('route-secret-lost', { params: { label } });
  return { ok: true, value: exportProxyLink(route, { credentials: true }) };
}

function forgetting({ latencies }: SettingsState, id: string): SettingsState['latencies'] {
  return new Map([...latencies].filter(([other]) => other !== id));
}

function placeOf(route: KeptRoute): string {
  return JSON.stringify(route.kind === 'interface' ? [route.interface] : [route.kind, route.host, route.port]);
}

function isLost(route: KeptRoute): boolean {
  return route.kind !== 'interface' && route.lost !== undefined;
}

function countEnabled(routes: readonly KeptRoute[]): number {
  return routes.filter((route) => route.enabled && !isLost(route)).length;
}
