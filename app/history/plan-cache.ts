import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { RunReport } from '../../model/report.ts';

/** Which services over which routes: the same for most runs, so it is kept once. Cells are in this order, routes innermost. */
export interface Plan {
  readonly targets: readonly { readonly id: string; readonly name: string; readonly group: string }[];
  readonly routes: readonly { readonly id: string; readonly label: string }[];
}

export interface PlanCache {
  /** The plan's number; it is kept if it is new. */
  keep(report: RunReport): number;
  read(id: number): Plan;
  /** Takes away those that no run has any more: they say what somebody tested. */
  dropUnused(): void;
}

const none: Plan = { targets: [], routes: [] };

export function createPlanCache(db: DatabaseSync): PlanCache {
  const find = db.prepare('SELECT id FROM plans WHERE digest = ?');
  const insert = db.prepare('INSERT INTO plans (digest, document) VALUES (?, ?)');
  const select = db.prepare('SELECT document FROM plans WHERE id = ?');
  const drop = db.prepare('DELETE FROM plans WHERE NOT EXISTS (SELECT 1 FROM runs WHERE runs.plan = plans.id)');
  // Numbers of dropped plans are used again, also by another process, so what is remembered is remembered by its document.
  const parsed = new Map<string, Plan>();
  return {
    keep: (report) => {
      const document = JSON.stringify(planOf(report));
      const digest = createHash('sha256').update(document).digest('hex');
      const id = find.get(digest)?.id ?? insert.run(digest, document).lastInsertRowid;
      return Number(id);
    },
    read: (id) => {
      const document = select.get(id)?.document;
      if (typeof document !== 'string') return none;
      const known = parsed.get(document) ?? (JSON.parse(document) as Plan);
      parsed.set(document, known);
      return known;
    },
    dropUnused: () => {
      drop.run();
      parsed.clear();
    },
  };
}

export function planOf({ targets, routes }: RunReport): Plan {
  return {
    targets: targets.map(({ id, name, group }) => ({ id, name, group })),
    routes: routes.map(({ id, label }) => ({ id, label })),
  };
}
