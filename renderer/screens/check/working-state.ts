import type { TelegramState } from '../../../model/telegram-summary.ts';

/** The states in which something of Telegram works, as the keys of their sentences. */
export type Working = 'works' | 'appsOnly' | 'noMedia' | 'partly' | 'webOnly';

const keys: Readonly<Partial<Record<TelegramState, Working>>> = {
  works: 'works',
  'apps-only': 'appsOnly',
  'no-media': 'noMedia',
  partly: 'partly',
  'web-only': 'webOnly',
};

export function workingState(state: TelegramState): Working | undefined {
  return keys[state];
}
