import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { FilterName } from './filter-targets.ts';
import type { KnownRoutes } from './practice-routes.ts';

/** How a person has the screen set up; it outlives the screen, so that coming back from a target finds all as it was. */
interface CheckView {
  readonly filter: FilterName;
  readonly search: string;
  /** Groups by name whose open state is not the usual one. */
  readonly turned: ReadonlySet<string>;
  /** The cell that takes the focus, by the key of its line; `header` for the first. */
  readonly active: { readonly key: string; readonly column: number } | null;
  readonly scrollTop: number;
  /** Practice proxies that are switched off, by id. */
  readonly without: ReadonlySet<string>;
  readonly known: KnownRoutes;
}

export const checkView = createStore<CheckView>()(() => ({
  filter: 'all',
  search: '',
  turned: new Set(),
  active: null,
  scrollTop: 0,
  without: new Set(),
  known: new Map(),
}));

export function useCheckView<T>(select: (view: CheckView) => T): T {
  return useStore(checkView, select);
}

/** A set with a member more, or with it less. */
export function toggled<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(member)) next.add(member);
  return next;
}
