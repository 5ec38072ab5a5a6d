import type { Answer } from '../../model/contract.ts';
import type { ImportPreview } from '../../model/route-view.ts';
import { formatHostPort } from '../input/parse-host.ts';
import { routeKey } from '../input/parse-route.ts';
import { keptRoute, withCredentials } from '../settings/routes-for-run.ts';
import { type KeptRoute, maxEnabledRoutes, maxRoutes, type SettingsState } from '../settings/settings-state.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { keepChange, refuse } from './keep-change.ts';
import { createNames } from './name-route.ts';
import { type PastedRoutes, readPastedRoutes } from './read-pasted-routes.ts';
import { routesView } from './routes-view.ts';

/** A pasted text is read twice, before and after the choice, so that no secret waits in between. */
export function importCalls(context: HostContext): Pick<Handlers, 'previewImport' | 'importRoutes'> {
  return {
    previewImport: async ({ text }) => {
      const pasted = readPastedRoutes(text);
      return pasted.ok ? { ok: true, value: preview(pasted.value, context.settings.state()) } : pasted;
    },
    importRoutes: async ({ text, take }) => {
      const pasted = readPastedRoutes(text);
      if (!pasted.ok) return pasted;
      return keepChange(
        context,
        (state) => imported(state, pasted.value, take),
        () => routesView(context),
      );
    },
  };
}

function preview({ found, merged, refused, passedOver }: PastedRoutes, state: SettingsState): ImportPreview {
  const known = keysOf(state);
  return {
    found: found.map(({ route, line, notices }, index) => ({
      index,
      kind: route.kind,
      label: route.label,
      endpoint:
        'host' in route ? formatHostPort(route.host, route.port) : 'interface' in route ? route.interface : null,
      hasSecret: 'secret' in route || ('credentials' in route && route.credentials?.password !== ''),
      known: known.has(routeKey(route)),
      line,
      notices,
    })),
    merged,
    refused,
    passedOver,
  };
}

/** Those chosen, less those in the list already. The check does not go over more than it can at once: the rest is off. */
function imported(state: SettingsState, { found }: PastedRoutes, take: readonly number[]): Answer<SettingsState> {
  const known = keysOf(state);
  const chosen = [...new Set(take)].sort((a, b) => a - b).map((index) => found[index]);
  const routes: KeptRoute[] = [...state.routes];
  const name = createNames(routes);
  let enabled = routes.filter((route) => route.enabled).length;
  for (const item of chosen) {
    if (!item) return refuse('route-unknown');
    if (item.route.kind === 'direct' || known.has(routeKey(item.route))) continue;
    routes.push(name(keptRoute(item.route, enabled < maxEnabledRoutes)));
    enabled += 1;
  }
  if (routes.length > maxRoutes) return refuse('too-many', { params: { count: routes.length, limit: maxRoutes } });
  return { ok: true, value: routes.length === state.routes.length ? state : { ...state, routes } };
}

function keysOf({ routes }: SettingsState): ReadonlySet<string> {
  const usable = routes.flatMap((route) => withCredentials(route) ?? []);
  return new Set(['direct', ...usable.map(routeKey)]);
}
