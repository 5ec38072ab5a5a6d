import { uniqueId } from '../input/parse-routes-file.ts';
import { currentConnection } from '../settings/routes-for-run.ts';
import type { KeptRoute } from '../settings/settings-state.ts';

const longestLabel = 64;

/** Gives routes an id and a label that no other one has, one after the other. */
export function createNames(routes: readonly KeptRoute[]): <T extends KeptRoute>(route: T) => T {
  const ids = new Set([currentConnection.id, ...routes.map(({ id }) => id)]);
  const labels = new Set([currentConnection, ...routes].map(({ label }) => fold(label)));
  const counts = new Map<string, number>();
  return (route) => {
    const id = uniqueId(route.id, ids);
    ids.add(id);
    let label = route.label;
    // A thousand routes of one name: counting on, not from 2 each time.
    let number = counts.get(fold(label)) ?? 1;
    while (labels.has(fold(label))) {
      number += 1;
      label = withNumber(route.label, number);
    }
    counts.set(fold(route.label), number);
    labels.add(fold(label));
    return { ...route, id, label };
  };
}

/** Labels that a person would take for the same one. */
function fold(label: string): string {
  return label.normalize('NFKC').toLowerCase();
}

function withNumber(label: string, number: number): string {
  const ending = ` ${number}`;
  const cut = label.slice(0, longestLabel - ending.length);
  return `${(cut.isWellFormed() ? cut : cut.slice(0, -1)).trimEnd()}${ending}`;
}
