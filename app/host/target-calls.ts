import type { Answer, TargetView } from '../../model/contract.ts';
import type { Problem } from '../../model/problem.ts';
import type { Profile } from '../../model/report.ts';
import type { Target } from '../../model/target.ts';
import { uniqueId } from '../input/parse-routes-file.ts';
import { parseTargets } from '../input/parse-targets.ts';
import { maxOwnTargets, type SettingsState } from '../settings/settings-state.ts';
import { builtInTargetIds, builtInTargets, profileTargetIds, targetsForRun } from '../settings/targets-for-run.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { type Change, keepChange, refuse } from './keep-change.ts';

export function targetCalls(
  context: HostContext,
): Pick<Handlers, 'readTargets' | 'toggleTargets' | 'importTargets' | 'removeTargets'> {
  const read = () => targetViews(context.settings.state());
  const keep = (change: Change) => keepChange(context, change, read);
  return {
    readTargets: async () => ({ ok: true, value: read() }),
    toggleTargets: ({ ids, enabled }) => keep((state) => toggled(state, ids, enabled)),
    importTargets: async ({ text }) => {
      const parsed = parseTargets(text, '');
      if (!parsed.ok) return { ok: false, problems: parsed.problems.map(withoutFile) };
      return keep((state) => imported(state, parsed.value));
    },
    removeTargets: ({ ids }) => keep((state) => removed(state, ids)),
  };
}

function targetViews(state: SettingsState): readonly TargetView[] {
  const chosen = new Set(targetsForRun(state, state.settings.profile).map(({ id }) => id));
  const view = (target: Target, own: boolean): TargetView => {
    const { id, name, group, url, host } = target;
    return { id, name, group, ...(url === undefined ? {} : { url }), host, own, enabled: chosen.has(id) };
  };
  return [
    ...builtInTargets.map((target) => view(target, false)),
    ...state.ownTargets.map((target) => view(target, true)),
  ];
}

/** What the profile would do anyway is not written down, so that another profile goes by its own list. */
function toggled(state: SettingsState, ids: readonly string[], enabled: boolean): Answer<SettingsState> {
  const own = new Set(state.ownTargets.map(({ id }) => id));
  if (ids.some((id) => !own.has(id) && !builtInTargetIds.has(id))) return refuse('target-unknown');
  const usual = usualIds(state.settings.profile, own);
  const [off, on] = [new Set(state.targets.off), new Set(state.targets.on)];
  for (const id of ids) {
    off.delete(id);
    on.delete(id);
    if (enabled !== usual(id)) (enabled ? on : off).add(id);
  }
  return { ok: true, value: { ...state, targets: { off: [...off], on: [...on] } } };
}

function usualIds(profile: Profile, own: ReadonlySet<string>): (id: string) => boolean {
  const chosen = profileTargetIds(profile);
  return (id) => own.has(id) || chosen.has(id);
}

/** A target that was imported before (the same place under the same name) is replaced, others are added. */
function imported(state: SettingsState, targets: readonly Target[]): Answer<SettingsState> {
  const own = new Map(state.ownTargets.map((target) => [target.id, target]));
  const places = new Map(state.ownTargets.map((target) => [placeOf(target), target.id]));
  for (const target of targets) {
    const known = own.get(target.id);
    // A number at its end is ours, given because the id was taken.
    const before = places.get(placeOf(target));
    const isSame = known !== undefined && placeOf(known) === placeOf(target);
    const wasNumbered =
      before?.startsWith(`${target.id}-`) === true && /^\d+$/.test(before.slice(target.id.length + 1));
    const taken = { has: (id: string) => own.has(id) || builtInTargetIds.has(id) };
    const id = isSame ? target.id : wasNumbered && before !== undefined ? before : uniqueId(target.id, taken);
    own.set(id, { ...target, id });
  }
  if (own.size > maxOwnTargets) return refuse('too-many', { params: { count: own.size, limit: maxOwnTargets } });
  return { ok: true, value: { ...state, ownTargets: [...own.values()] } };
}

function removed(state: SettingsState, ids: readonly string[]): Answer<SettingsState> {
  const builtIn = ids.find((id) => builtInTargetIds.has(id));
  const name = builtInTargets.find(({ id }) => id === builtIn)?.name;
  if (name !== undefined) return refuse('target-built-in', { params: { name } });
  const gone = new Set(ids);
  const ownTargets = state.ownTargets.filter(({ id }) => !gone.has(id));
  if (state.ownTargets.length - ownTargets.length < gone.size) return refuse('target-unknown');
  const left = (list: readonly string[]) => list.filter((id) => !gone.has(id));
  const targets = { off: left(state.targets.off), on: left(state.targets.on) };
  return { ok: true, value: { ...state, ownTargets, targets } };
}

function placeOf({ protocol, url, host, port, addresses }: Target): string {
  return JSON.stringify([protocol, url ?? host, port, addresses]);
}

/** A page gives a text, not a file. */
function withoutFile({ file: _file, ...problem }: Problem): Problem {
  return problem;
}
