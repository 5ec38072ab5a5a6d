import type { Answer } from '../model/contract.ts';
import type { Problem } from '../model/problem.ts';
import type { Route } from '../model/route.ts';

export interface RefreshInTurn<T> {
  /** Of the first route that brought a list that was taken, or confirmed the one in use. */
  readonly taken?: { readonly route: Route; readonly value: T };
  /** What was wrong before that, with each route by its label. */
  readonly problems: readonly Problem[];
  /** How many routes were left when it was told to go no further. */
  readonly untried: number;
}

/** Whether anything that is not Telegram can go over a route. */
export function carriesFiles({ kind }: Route): boolean {
  return kind !== 'mtproxy';
}

/**
 * Tries routes one after another until one of them serves. A list that is refused ends nothing: whoever stands in the way of
 * one route may not stand in the way of the next. A disk that takes nothing does, for no route can help it.
 * @param goesOn asked before each route but the first
 */
export async function refreshInTurn<T>(
  routes: readonly Route[],
  refresh: (route: Route) => Promise<Answer<T>>,
  goesOn: () => boolean = () => true,
): Promise<RefreshInTurn<T>> {
  const problems: Problem[] = [];
  for (const [index, route] of routes.entries()) {
    if (index > 0 && !goesOn()) return { problems, untried: routes.length - index };
    const answer = await refresh(route);
    if (answer.ok) return { taken: { route, value: answer.value }, problems, untried: 0 };
    if (answer.problems.some(({ code }) => code === 'output-not-writable')) {
      return { problems: [...problems, ...answer.problems], untried: 0 };
    }
    const { id, label } = route;
    problems.push(...answer.problems.map((problem) => ({ ...problem, route: { id, label } })));
  }
  return { problems, untried: 0 };
}
