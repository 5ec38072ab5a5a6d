/** The ids with one of them moved to another place; places outside of the list are its ends. The first id never moves. */
export function moveId(ids: readonly string[], id: string, to: number): readonly string[] {
  const from = ids.indexOf(id);
  if (from <= 0) return ids;
  const place = Math.min(Math.max(to, 1), ids.length - 1);
  const rest = ids.filter((item) => item !== id);
  return [...rest.slice(0, place), id, ...rest.slice(place)];
}
