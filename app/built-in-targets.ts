import services from '../data/services.json' with { type: 'json' };
import type { Profile } from '../model/report.ts';
import type { Target } from '../model/target.ts';
import { readTargetEntry } from './input/target-entry.ts';

interface Service {
  readonly target: Target;
  readonly defaultOn: boolean;
}

function toTarget(entry: Record<string, unknown>): Target {
  const { defaultOn: _on, domesticBaseline: _domestic, ...fields } = entry;
  const read = readTargetEntry(fields, '');
  const id = fields.id;
  if (!read.ok || typeof id !== 'string') throw new Error(`data/services.json: entry ${id} is not usable`);
  return { ...read.value, id };
}

const builtIn: readonly Service[] = services.services.map((entry) => ({
  target: toTarget(entry),
  defaultOn: entry.defaultOn,
}));

/** Names a person can give to --targets, in the order of the data; `telegram` includes the data centres. */
export const groupNames: readonly string[] = [...new Set(builtIn.map(({ target }) => target.group))];

/**
 * The targets of a group; every one of them, also those a plain check leaves out.
 * @param telegram the data centres and WebSockets (see telegramTargets), which stand first in group `telegram`.
 */
export function targetsOfGroup(group: string, telegram: readonly Target[]): Target[] {
  const own = builtIn.filter(({ target }) => target.group === group).map(({ target }) => target);
  return group === 'telegram' ? [...telegram, ...own] : own;
}

/** What a profile tests when no --targets are given: Telegram and 12 services (quick), or all that are on by default. */
export function targetsOfProfile(profile: Profile, telegram: readonly Target[]): Target[] {
  const chosen = builtIn.filter(({ target, defaultOn }) =>
    profile === 'quick' ? target.group === 'telegram' || services.quick.includes(target.id) : defaultOn,
  );
  // Of Telegram's WebSockets a quick look takes those of data centre 2, which its apps ask first.
  const asked = telegram.filter(
    (item) => profile !== 'quick' || item.protocol !== 'websocket' || item.telegram?.dc === 2,
  );
  return [...asked, ...chosen.map(({ target }) => target)];
}

/** The neutral endpoints of the gate, each with its exact reply. */
export function builtInBaselines(): Target[] {
  return services.baselines.map(toTarget);
}
