import { maxLatencies, type SettingsState } from './settings-state.ts';

/** The state with one more latency of a route, in milliseconds, or null where nothing answered. */
export function recordLatency(state: SettingsState, routeId: string, ms: number | null): SettingsState {
  const exists = routeId === 'direct' || state.routes.some(({ id }) => id === routeId);
  if (!exists || (ms !== null && !Number.isFinite(ms))) return state;
  const times = [...(state.latencies.get(routeId) ?? []), ms === null ? null : Math.max(0, Math.round(ms))];
  return { ...state, latencies: new Map(state.latencies).set(routeId, times.slice(-maxLatencies)) };
}
