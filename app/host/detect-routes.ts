import type { Answer } from '../../model/contract.ts';
import type { ProxyRouteKind, Route } from '../../model/route.ts';
import type { DetectedRoute, RouteTest } from '../../model/route-view.ts';
import type { EngineClient } from '../engine-process/engine-client.ts';
import { formatHostPort } from '../input/parse-host.ts';
import { parseRoute } from '../input/parse-route.ts';
import { routeById } from '../settings/routes-for-run.ts';
import type { SettingsState } from '../settings/settings-state.ts';
import type { CurrentRun } from './current-run.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { refuse } from './keep-change.ts';

/** What proxies on people's own machines listen at (desktop.md, "Routes"). */
export const usualPorts = [1080, 1086, 2080, 2334, 7890, 7897, 8080, 8118, 9050, 9150, 10808, 10809, 12334] as const;

/** As many as a machine can be set to; a system that names more is not believed. */
const mostNamed = 32;

type Found = Pick<DetectedRoute, 'kind' | 'host' | 'port' | 'source'>;

/** Routes that are there without having been typed in, and whether a route works. */
export function detectionCalls(
  { ports, settings }: HostContext,
  engine: EngineClient,
  current: CurrentRun,
  listening: readonly number[] = usualPorts,
): Pick<Handlers, 'detectRoutes' | 'testRoute'> {
  return {
    detectRoutes: async () => {
      const [system, proxies] = await Promise.all([
        ports.systemProxies().catch(() => []),
        engine.ask('findListeningProxies', { ports: listening }),
      ]);
      if (!proxies.ok) return proxies;
      const found: Found[] = [
        ...system.slice(0, mostNamed).flatMap((link) => readProxy(link, 'system')),
        ...environmentProxies(ports.env).flatMap((link) => readProxy(link, 'environment')),
        ...proxies.value.map((proxy) => ({ ...proxy, source: 'listening' as const })),
      ];
      return { ok: true, value: describeFound(found, settings.state()) };
    },
    testRoute: async ({ id }): Promise<Answer<RouteTest>> => {
      const state = settings.state();
      if (state.settings.consentedAt === null) return refuse('consent-missing');
      // What is measured at the same time would be measured over a busier line.
      if (current.isUnderWay()) return refuse('run-busy');
      const route = routeById(state, id);
      if (!route.ok) return route;
      const tested = await engine.ask('testRoute', { route: route.value });
      if (tested.ok) settings.recordLatency(id, tested.value.ms);
      return tested;
    },
  };
}

/** As in curl, lower-case names win; a word without a scheme is an HTTP proxy. */
function environmentProxies(env: HostContext['ports']['env']): readonly string[] {
  return ['https_proxy', 'all_proxy', 'http_proxy'].flatMap((name) => {
    const text = env[name] || env[name.toUpperCase()];
    return text ? [/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`] : [];
  });
}

/** Without its credentials: what is told to a page has none. */
function readProxy(link: string, source: Found['source']): readonly Found[] {
  const read = parseRoute(withoutPath(link), 1);
  if (!read.ok || !isProxy(read.value)) return [];
  const { kind, host, port } = read.value;
  return [{ kind, host, port, source }];
}

/** `http://host:8080/` is how many people write it. */
function withoutPath(link: string): string {
  return link.trim().replace(/\/+$/, '');
}

function isProxy(route: Route): route is Extract<Route, { readonly kind: ProxyRouteKind }> {
  return route.kind !== 'direct' && route.kind !== 'interface' && route.kind !== 'mtproxy';
}

/** Each once, by where it is and what it speaks; what names are resolved by makes no difference. */
function describeFound(found: readonly Found[], { routes }: SettingsState): readonly DetectedRoute[] {
  const keyOf = ({ kind, host, port }: Pick<Found, 'host' | 'port'> & { readonly kind: string }) =>
    JSON.stringify([kind.replace(/[ah]$/, ''), host === 'localhost' ? '127.0.0.1' : host, port]);
  const saved = new Set(routes.flatMap((route) => (route.kind === 'interface' ? [] : [keyOf(route)])));
  const first = new Map<string, Found>();
  for (const proxy of found) if (!first.has(keyOf(proxy))) first.set(keyOf(proxy), proxy);
  return [...first].map(([key, proxy]) => ({
    ...proxy,
    endpoint: formatHostPort(proxy.host, proxy.port),
    known: saved.has(key),
  }));
}
