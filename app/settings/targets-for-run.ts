import type { Profile } from '../../model/report.ts';
import type { Target } from '../../model/target.ts';
import { builtInTelegramTargets } from '../built-in-facts.ts';
import { groupNames, targetsOfGroup, targetsOfProfile } from '../built-in-targets.ts';
import type { SettingsState } from './settings-state.ts';

const telegram = builtInTelegramTargets();

/** Every target that comes with the app, by groups. */
export const builtInTargets: readonly Target[] = groupNames.flatMap((group) => targetsOfGroup(group, telegram));

export const builtInTargetIds: ReadonlySet<string> = new Set(builtInTargets.map(({ id }) => id));

/** Ids of what a profile tests where a person has chosen nothing else. */
export function profileTargetIds(profile: Profile): ReadonlySet<string> {
  return new Set(targetsOfProfile(profile, telegram).map(({ id }) => id));
}

/** What the next check tests: the profile's targets, those switched on and the own ones, without those switched off. */
export function targetsForRun({ targets, ownTargets }: SettingsState, profile: Profile): readonly Target[] {
  const chosen = profileTargetIds(profile);
  const [off, on] = [new Set(targets.off), new Set(targets.on)];
  const wanted = builtInTargets.filter(({ id }) => on.has(id) || (chosen.has(id) && !off.has(id)));
  return [...wanted, ...ownTargets.filter(({ id }) => !off.has(id))];
}
