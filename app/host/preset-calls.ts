import type { Answer } from '../../model/contract.ts';
import { uniqueId } from '../input/parse-routes-file.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { maxPresets, type SettingsState } from '../settings/settings-state.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { type Change, keepChange, refuse } from './keep-change.ts';
import { routesView } from './routes-view.ts';

/** Sets of routes that are on together. */
export function presetCalls(context: HostContext): Pick<Handlers, 'savePreset' | 'applyPreset' | 'removePreset'> {
  const keep = (change: Change) => keepChange(context, change, () => routesView(context));
  return {
    savePreset: ({ name }) => keep((state) => saved(state, sanitizeText(name, 40))),
    applyPreset: ({ id }) =>
      keep((state) => {
        const preset = state.presets.find((item) => item.id === id);
        if (!preset) return refuse('preset-unknown');
        const on = new Set(preset.routeIds);
        const routes = state.routes.map((route) => ({ ...route, enabled: on.has(route.id) }));
        return { ok: true, value: { ...state, routes } };
      }),
    removePreset: ({ id }) =>
      keep((state) => {
        const presets = state.presets.filter((preset) => preset.id !== id);
        if (presets.length === state.presets.length) return refuse('preset-unknown');
        return { ok: true, value: { ...state, presets } };
      }),
  };
}

/** The routes that are on, under a name; a set of this name is replaced. */
function saved(state: SettingsState, name: string): Answer<SettingsState> {
  if (name === '') return refuse('field-missing', { field: 'name' });
  const { presets, routes } = state;
  const routeIds = routes.filter(({ enabled }) => enabled).map(({ id }) => id);
  const at = presets.findIndex((preset) => preset.name === name);
  const old = presets[at];
  if (old) return { ok: true, value: { ...state, presets: presets.with(at, { ...old, routeIds }) } };
  if (presets.length >= maxPresets) {
    return refuse('too-many', { params: { count: presets.length + 1, limit: maxPresets } });
  }
  const id = uniqueId('preset', new Set(presets.map((preset) => preset.id)));
  return { ok: true, value: { ...state, presets: [...presets, { id, name, routeIds }] } };
}
