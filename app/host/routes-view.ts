import type { RoutesView, RouteView } from '../../model/route-view.ts';
import { formatHostPort } from '../input/parse-host.ts';
import { currentConnection } from '../settings/routes-for-run.ts';
import type { KeptRoute, SettingsState } from '../settings/settings-state.ts';
import type { HostContext } from './handlers.ts';

/** The routes as every screen sees them: no password and no secret. */
export function routesView({ settings, interfaces }: Pick<HostContext, 'settings' | 'interfaces'>): RoutesView {
  const { routes, presets, latencies } = settings.state();
  const direct: RouteView = {
    ...currentConnection,
    endpoint: null,
    hasSecret: false,
    secretLost: false,
    enabled: true,
    forTelegram: false,
    latencies: latencies.get(currentConnection.id) ?? [],
  };
  return { routes: [direct, ...routes.map((route) => viewOf(route, latencies))], presets, interfaces: interfaces() };
}

function viewOf(route: KeptRoute, latencies: SettingsState['latencies']): RouteView {
  const { id, label, kind } = route;
  const shared = { id, label, kind, latencies: latencies.get(id) ?? [] };
  if (route.kind === 'interface') {
    return {
      ...shared,
      endpoint: route.interface,
      interface: route.interface,
      hasSecret: false,
      secretLost: false,
      enabled: route.enabled,
      forTelegram: false,
    };
  }
  const { host, port, username, secret, lost, enabled } = route;
  return {
    ...shared,
    endpoint: formatHostPort(host, port),
    host,
    port,
    ...(username === undefined ? {} : { username }),
    hasSecret: secret !== undefined || lost !== undefined,
    secretLost: lost !== undefined,
    // The next check does not go over it, whatever was chosen before its secret was lost.
    enabled: enabled && lost === undefined,
    forTelegram: kind === 'socks5' || kind === 'socks5h' || kind === 'mtproxy',
  };
}
