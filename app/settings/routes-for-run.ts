import type { Parsed } from '../../model/problem.ts';
import type { DirectRoute, Route } from '../../model/route.ts';
import type { KeptRoute, SettingsState } from './settings-state.ts';

export const currentConnection: DirectRoute = { id: 'direct', kind: 'direct', label: 'Current connection' };

/** The routes that are on, with their credentials; the current connection first. Those whose secret is lost are left out. */
export function routesForRun({ routes }: Pick<SettingsState, 'routes'>): readonly [Route, ...Route[]] {
  const enabled = routes.flatMap((route) => (route.enabled ? (withCredentials(route) ?? []) : []));
  return [currentConnection, ...enabled];
}

/** One route with its credentials, whether it is on or not. */
export function routeById({ routes }: SettingsState, id: string): Parsed<Route> {
  if (id === 'direct') return { ok: true, value: currentConnection, notices: [] };
  const kept = routes.find((route) => route.id === id);
  if (!kept) return { ok: false, problems: [{ code: 'route-unknown' }] };
  const value = withCredentials(kept);
  if (value) return { ok: true, value, notices: [] };
  return { ok: false, problems: [{ code: 'route-secret-lost', params: { label: kept.label } }] };
}

/** Undefined where the secret is lost: without it a proxy would be called broken that is not. */
export function withCredentials(kept: KeptRoute): Exclude<Route, DirectRoute> | undefined {
  const { id, label } = kept;
  if (kept.kind === 'interface') return { id, label, kind: kept.kind, interface: kept.interface };
  const { kind, host, port, username = '', secret = '' } = kept;
  if (kept.lost !== undefined) return undefined;
  if (kind === 'mtproxy') return { id, label, kind, host, port, secret: Buffer.from(secret, 'hex') };
  const credentials = username === '' && secret === '' ? {} : { credentials: { username, password: secret } };
  return { id, label, kind, host, port, ...credentials };
}

/** A route as it is kept; its id and label are its own. */
export function keptRoute(route: Exclude<Route, DirectRoute>, enabled: boolean): KeptRoute {
  const { id, label } = route;
  if (route.kind === 'interface') return { id, label, enabled, kind: route.kind, interface: route.interface };
  const { kind, host, port } = route;
  const place = { id, label, enabled, host, port };
  if (kind === 'mtproxy') return { ...place, kind, secret: Buffer.from(route.secret).toString('hex') };
  const { username, password } = route.credentials ?? { username: '', password: '' };
  return {
    ...place,
    kind,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { secret: password }),
  };
}
