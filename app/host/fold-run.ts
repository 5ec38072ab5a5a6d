import type { CloudFinding } from '../../model/cloud.ts';
import type { Environment } from '../../model/environment.ts';
import type { Cell, RunOutcome, RunPlan, RunUpdate, RunView } from '../../model/run-view.ts';
import type { Verdict } from '../../model/verdict.ts';

export interface RunFold {
  /** Takes in what fits the plan, and returns that: nothing of strangers, no second word on anything but a repeat's on a failure. */
  take(updates: readonly RunUpdate[]): readonly RunUpdate[];
  view(): RunView;
}

/** A run as its updates build it. Appended to in place: a run of thousands of cells is not copied for each batch. */
export function foldRun(first: RunPlan): RunFold {
  let plan = first;
  const targets = new Set(plan.targets.map(({ id }) => id));
  const routes = new Set(plan.routes.map(({ id }) => id));
  const cells = new Map<string, Cell>();
  const verdicts = new Map<string, Verdict>();
  const cloud = new Map<string, CloudFinding>();
  let environment: Environment | null = null;
  let outcome: RunOutcome | null = null;
  let done = 0;
  let repeated = 0;
  let lost = false;

  const isNew = (cell: Cell) => {
    const key = JSON.stringify([cell.targetId, cell.routeId]);
    if (!targets.has(cell.targetId) || !routes.has(cell.routeId)) return false;
    const before = cells.get(key);
    if (before && !isRepeat(before, cell)) return false;
    if (before) repeated += 1;
    cells.set(key, cell);
    return true;
  };
  /** Of the connection that is judged, in a deep check, once. */
  const isRepeat = (before: Cell, cell: Cell) =>
    plan.profile === 'deep' && cell.routeId === first.routes[0]?.id && before.tries === 2 && cell.tries === 3;
  const countJobs = (jobs: number) => {
    const counted = Math.min(Math.max(jobs, first.jobs), first.jobs + targets.size);
    plan = { ...plan, jobs: counted };
    return { jobs: counted };
  };
  const isNewPlace = (finding: CloudFinding) => {
    const key = JSON.stringify([finding.targetId, finding.address]);
    if (!targets.has(finding.targetId) || cloud.has(key) || outcome) return false;
    cloud.set(key, finding);
    return true;
  };
  const takeOne = (update: RunUpdate): readonly RunUpdate[] => {
    switch (update.type) {
      case 'started':
        return [];
      case 'gate':
        environment = update.environment;
        plan = { ...plan, routes: update.routes };
        return [update];
      case 'cells': {
        const fresh = update.cells.filter(isNew);
        done = cells.size + repeated;
        const jobs = update.jobs === undefined ? {} : countJobs(update.jobs);
        return [{ type: 'cells', cells: fresh, done, ...jobs }];
      }
      case 'verdicts': {
        const known = update.verdicts.filter(({ targetId }) => targets.has(targetId));
        for (const verdict of known) verdicts.set(verdict.targetId, verdict);
        return [{ type: 'verdicts', verdicts: known }];
      }
      case 'cloud':
        return [{ type: 'cloud', cloud: update.cloud.filter(isNewPlace) }];
      case 'finished':
        outcome = update.outcome;
        cloud.clear();
        return [update];
      case 'lost':
        lost = true;
        return [update];
    }
  };
  return {
    take: (updates) => updates.flatMap(takeOne),
    view: () => ({
      plan,
      environment,
      cells: [...cells.values()],
      verdicts: [...verdicts.values()],
      cloud: [...cloud.values()],
      done,
      outcome,
      lost,
    }),
  };
}
