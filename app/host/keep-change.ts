import type { Answer } from '../../model/contract.ts';
import type { Problem } from '../../model/problem.ts';
import type { SettingsState } from '../settings/settings-state.ts';
import type { HostContext } from './handlers.ts';

/** The state as a call would have it, or why it may not be changed so. */
export type Change = (state: SettingsState) => Answer<SettingsState>;

/** Makes a change if it is one, keeps it, and answers with what there is then. Where it is not kept it still counts. */
export async function keepChange<T>(context: HostContext, change: Change, read: () => T): Promise<Answer<T>> {
  const changed = change(context.settings.state());
  if (!changed.ok) return changed;
  const problem = await context.settings.change(() => changed.value);
  return problem ? { ok: false, problems: [problem] } : { ok: true, value: read() };
}

export function refuse(code: Problem['code'], more: Omit<Problem, 'code'> = {}): Answer<never> {
  return { ok: false, problems: [{ code, ...more }] };
}

/** What a port answers; one that rejects has refused. */
export async function askPort<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await ask() };
  } catch {
    return refuse('host-cannot');
  }
}
