/** What one more look at something means. */
export type Turn<S> =
  /** As before, or not worth a word. */
  | { readonly type: 'same' }
  /** Otherwise than before, for the first time: another look will tell. */
  | { readonly type: 'first-seen' }
  | { readonly type: 'confirmed'; readonly from: S; readonly to: S; readonly since: string };

/** Something that is in one of several states, looked at now and then. */
export interface SteadyState<S> {
  /** @param at when it was looked at (ISO 8601 UTC) */
  see(state: S, at: string): Turn<S>;
}

/** So many changes within so many milliseconds, and it is unstable: from the last of them on nothing is told. */
const flaps = 3;
const flapMs = 6 * 60 * 60_000;
/** Looks in a row that must show the same before it is stable again. */
const holds = 4;

/**
 * Believes a new state when two looks in a row show it. What changes back and forth is told no more until it holds; then
 * what is different from what was told last is told.
 */
export function createSteadyState<S>(): SteadyState<S> {
  let stable: S | undefined;
  /** What whoever asks believes. */
  let told: S | undefined;
  let seen: { readonly state: S; readonly since: string; count: number } | undefined;
  let changedAt: readonly number[] = [];
  let isUnstable = false;

  const settle = (now: { readonly state: S; readonly since: string; readonly count: number }): Turn<S> => {
    if (isUnstable && now.count < holds) return { type: 'same' };
    isUnstable = false;
    if (told === undefined || told === now.state) return { type: 'same' };
    const from = told;
    told = now.state;
    return { type: 'confirmed', from, to: now.state, since: now.since };
  };

  return {
    see: (state, at) => {
      if (stable === undefined) {
        [stable, told] = [state, state];
        seen = { state, since: at, count: 1 };
        return { type: 'same' };
      }
      if (seen?.state === state) seen.count += 1;
      else seen = { state, since: at, count: 1 };
      if (seen.count === 2 && state !== stable) {
        stable = state;
        const now = Date.parse(at);
        changedAt = [...changedAt.filter((time) => Math.abs(now - time) < flapMs), now].slice(-flaps);
        if (changedAt.length === flaps) isUnstable = true;
      }
      if (state !== stable) return isUnstable ? { type: 'same' } : { type: 'first-seen' };
      return settle(seen);
    },
  };
}
