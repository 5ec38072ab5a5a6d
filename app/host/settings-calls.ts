import type { Settings } from '../../model/settings.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { type Change, keepChange, refuse } from './keep-change.ts';

/** Choices that not every host can carry out. */
const needs = [
  ['tray', 'tray'],
  ['startAtLogin', 'startAtLogin'],
  ['updates', 'update'],
] as const satisfies readonly (readonly [keyof Settings, string])[];

export function settingsCalls(context: HostContext): Pick<Handlers, 'readSettings' | 'changeSettings' | 'giveConsent'> {
  const read = () => context.settings.state().settings;
  const { can } = context.ports.info;
  return {
    readSettings: async () => ({ ok: true, value: read() }),
    changeSettings: async (input) => {
      const missing = needs.find(([name, ability]) => input[name] === true && !can[ability]);
      if (missing) return refuse('host-cannot', { field: missing[0] });
      const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
      const change: Change = (state) => ({ ok: true, value: { ...state, settings: { ...state.settings, ...given } } });
      return keepChange(context, change, read);
    },
    giveConsent: () =>
      keepChange(
        context,
        (state) => {
          const consentedAt = state.settings.consentedAt ?? context.now().toISOString();
          return { ok: true, value: { ...state, settings: { ...state.settings, consentedAt } } };
        },
        read,
      ),
  };
}
