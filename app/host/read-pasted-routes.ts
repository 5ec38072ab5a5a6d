import type { Answer } from '../../model/contract.ts';
import type { Problem } from '../../model/problem.ts';
import type { Route } from '../../model/route.ts';
import type { ImportPreview } from '../../model/route-view.ts';
import { routeKey } from '../input/parse-route.ts';
import { parseRoutesFile, type RouteEntry } from '../input/parse-routes-file.ts';

export interface PastedRoutes extends Pick<ImportPreview, 'merged' | 'refused' | 'passedOver'> {
  /** Each route once, in the order of the text; at most {@link maxFound}. */
  readonly found: readonly { readonly route: Route; readonly line: number; readonly notices: readonly Problem[] }[];
}

/** As many as can be kept; a page need not list more. */
const maxFound = 1000;

/** The routes of a pasted text: links anywhere in it, or a JSON or CSV list as a file would hold it. */
export function readPastedRoutes(text: string): Answer<PastedRoutes> {
  const parsed = parseRoutesFile(text, '');
  if (!parsed.ok) {
    // An empty field or a text about other things is no mistake.
    const isEmpty = parsed.problems.every(({ code }) => code === 'routes-none-found' || code === 'file-empty');
    if (isEmpty) return { ok: true, value: { found: [], merged: 0, refused: [], passedOver: 0 } };
    return { ok: false, problems: parsed.problems.map(withoutFile) };
  }
  const counts = parsed.notices.find(({ code }) => code === 'routes-found')?.params;
  return { ok: true, value: { ...sortEntries(parsed.value), passedOver: Number(counts?.passed ?? 0) } };
}

function sortEntries(entries: readonly RouteEntry[]): Omit<PastedRoutes, 'passedOver'> {
  const found: PastedRoutes['found'][number][] = [];
  const refused: PastedRoutes['refused'][number][] = [];
  const keys = new Set<string>();
  let merged = 0;
  for (const { route, at } of entries) {
    const { line = 1, column = 1, field } = at;
    if (!route.ok) {
      const problems = route.problems.map((problem) => ({ ...(field === undefined ? {} : { field }), ...problem }));
      if (refused.length < maxFound) refused.push({ line, column, problems });
      continue;
    }
    const key = routeKey(route.value);
    if (keys.has(key)) merged += 1;
    else if (found.length < maxFound) found.push({ route: route.value, line, notices: route.notices });
    keys.add(key);
  }
  const problem: Problem = { code: 'too-many', params: { count: keys.size, limit: maxFound } };
  const surplus = keys.size > maxFound ? [{ line: found.at(-1)?.line ?? 1, column: 1, problems: [problem] }] : [];
  return { found, merged, refused: [...surplus, ...refused] };
}

function withoutFile({ file: _file, ...problem }: Problem): Problem {
  return problem;
}
