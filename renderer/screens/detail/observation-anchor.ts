import type { Observation } from '../../../model/observation.ts';
import type { Result } from '../../../model/result.ts';

/** An observation of these results with the route it was made over. */
export function findObservation(
  results: readonly Result[],
  id: string | undefined,
): { readonly routeId: string; readonly observation: Observation } | undefined {
  if (id === undefined) return undefined;
  for (const { routeId, observations } of results) {
    const observation = observations.find((item) => item.id === id);
    if (observation) return { routeId, observation };
  }
  return undefined;
}

/** The id of the element that shows an observation: a row of a waterfall, or of the resolvers' answers. */
export function anchorOf(observationId: string): string {
  return `at-${observationId}`;
}

/** Brings the row of an observation into view and gives it the focus; what is folded away around it is opened. */
export function showObservation(id: string): void {
  const anchor = document.getElementById(anchorOf(id));
  if (!anchor) return;
  for (let fold = anchor.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null) {
    fold.open = true;
  }
  const row = anchor.closest<HTMLElement>('[data-observations]') ?? anchor;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: 'center' });
}
