/** Members between two rests. */
const stride = 4096;

/**
 * Joins what shares a site or an address, directly or through others. Two names on one address, or two addresses of one site,
 * can fall together without anything around them being touched.
 *
 * @returns for each member the number of its unit, below the number of members; yields every few thousand members
 */
export function* joinUnits(
  members: readonly { readonly site: string; readonly address: string }[],
): Generator<void, Uint32Array> {
  const parents = Uint32Array.from(members.keys());
  const rootOf = (member: number): number => {
    let at = member;
    for (let parent = parents[at] ?? at; parent !== at; parent = parents[at] ?? at) {
      // Halves the path, so that long chains stay cheap.
      parents[at] = parents[parent] ?? parent;
      at = parent;
    }
    return at;
  };
  const sites = new Map<string, number>();
  const addresses = new Map<string, number>();
  for (const [at, { site, address }] of members.entries()) {
    if (at % stride === stride - 1) yield;
    for (const [known, key] of [[sites, site] as const, [addresses, address] as const]) {
      const other = known.get(key);
      if (other === undefined) known.set(key, at);
      else parents[rootOf(at)] = rootOf(other);
    }
  }
  return parents.map((_, at) => rootOf(at));
}
