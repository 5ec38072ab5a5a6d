import { statSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { StoredRun } from '../../model/run-view.ts';
import type { KeptRun, PruneLimits, RunStore } from '../host/ports.ts';
import { collectAvailability } from './collect-availability.ts';
import { compareOpenedRuns, compareVerdicts, type OpenedRun } from './compare-runs.ts';
import { addSince, type RunBetween } from './find-since.ts';
import { readNumber } from './history-schema.ts';
import { cellOutcomes, lineColumns, readStoredRun, runColumns, verdictsOf } from './kept-rows.ts';
import { createOutcomeCache, type Outcome } from './outcome-cache.ts';
import { cellAt, packCells } from './pack-cells.ts';
import { packReport, unpackReport } from './pack-report.ts';
import { createPlanCache, type Plan, planOf } from './plan-cache.ts';
import { pruneRuns } from './prune-runs.ts';

export interface PrunableStore extends RunStore {
  /** @param packed the report as `packReportInTurns` gives it; without it, it is packed here and now */
  add(run: KeptRun, packed?: Uint8Array): void;
  /** Takes away what these limits do not allow, or those that were chosen, and says how many runs went. */
  prune(limits?: PruneLimits): number;
}

/**
 * The store over an open, migrated database. Whatever the disk refuses is thrown as node:sqlite's error, with nothing of a
 * run half kept. Preparing every statement first shows at once whether the tables are what this version expects.
 */
export function createRunStore(
  db: DatabaseSync,
  file: string,
  unlessChosen: PruneLimits,
  now: () => Date,
): PrunableStore {
  const plans = createPlanCache(db);
  const outcomes = createOutcomeCache(db);
  const statements = prepareStatements(db);
  const keepOutcomes = (list: readonly (Outcome | undefined)[]) => {
    const ids = new Map<string, number>();
    return packCells(
      list.map((outcome) => {
        if (outcome === undefined) return 0;
        const key = JSON.stringify(outcome);
        const id = ids.get(key) ?? outcomes.keep(outcome);
        ids.set(key, id);
        return id;
      }),
    );
  };
  const insert = (run: KeptRun, packed: Uint8Array) => {
    statements.remove.run(run.report.id);
    const row = statements.insertRun.run(...runColumns(run), plans.keep(run.report)).lastInsertRowid;
    statements.insertResults.run(row, keepOutcomes(cellOutcomes(run.report)));
    statements.insertVerdicts.run(row, keepOutcomes(verdictsOf(run.report)));
    statements.insertReport.run(row, packed);
  };
  const openCells = (plan: Plan, cells: Uint8Array, verdicts: Uint8Array): OpenedRun => {
    return {
      plan,
      cell: (target, route) =>
        route < 0 ? undefined : outcomes.cell(cellAt(cells, target * plan.routes.length + route)),
      verdict: (target) => outcomes.verdict(cellAt(verdicts, target)),
    };
  };
  /** After `a` and before `b`, newest first; read as they are asked for. */
  function* runsBetween(a: StoredRun, b: StoredRun): Generator<RunBetween> {
    const { kind, scenario = '' } = b;
    const own = new Map<number, Plan>();
    const rows = statements.between.iterate(kind, scenario, Date.parse(a.startedAt), Date.parse(b.startedAt));
    for (const row of rows as Iterable<unknown>) {
      const [at, planId, cells, verdicts] = row as readonly [string, number, Uint8Array, Uint8Array];
      const plan = own.get(planId) ?? plans.read(planId);
      own.set(planId, plan);
      yield { at, ...openCells(plan, cells, verdicts) };
    }
  }
  const open = (runId: string): (OpenedRun & { readonly line: StoredRun }) | undefined => {
    const row = statements.opened.get(runId) as unknown as readonly SQLInputValue[] | undefined;
    if (row === undefined) return undefined;
    const [cells, verdicts, ...line] = row as [Uint8Array, Uint8Array, ...(string | number)[]];
    const opened = openCells(plans.read(Number(line[0])), cells, verdicts);
    return { ...opened, line: readStoredRun(line, opened.plan, JSON.parse) };
  };
  const limits = () => (statements.limits.get() as PruneLimits | undefined) ?? unlessChosen;
  const prune = (allowed = limits()): number => {
    const removed = inTransaction(db, () => {
      const count = pruneRuns(db, allowed, now());
      if (count > 0) plans.dropUnused();
      return count;
    });
    if (removed > 0) giveBack(db);
    return removed;
  };
  return {
    // Packed before the lock is taken: it is what takes time.
    add: (run, packed = packReport(run.report)) => {
      inTransaction(db, () => insert(run, packed));
      prune();
    },
    list: (limit) => readList(statements.list, limit, plans.read),
    read: (runId) => readRun(statements.report, runId),
    changesSinceLast: ({ kind, scenario = '', report }) => {
      const row = statements.before.get(kind, scenario, Date.parse(report.startedAt), report.id);
      if (row === undefined) return null;
      const { plan, cells } = row as unknown as { plan: number; cells: Uint8Array };
      const verdicts = verdictsOf(report);
      return compareVerdicts(
        { plan: plans.read(plan), verdict: (target) => outcomes.verdict(cellAt(cells, target)) },
        { plan: planOf(report), verdict: (target) => verdicts[target] },
      );
    },
    compare: (a, b) => {
      const [before, after] = [open(a), open(b)];
      if (!before || !after) return undefined;
      const changes = compareOpenedRuns(before, after);
      const since = addSince(changes, runsBetween(before.line, after.line), after.line.startedAt);
      return { a: before.line, b: after.line, changes: since };
    },
    availability: (days) => {
      const rows = statements.availability.all(now().getTime() - days * 86_400_000) as unknown as (readonly [
        string,
        string,
        number,
        Uint8Array,
      ])[];
      const read = rows.map(([runId, at, planId, cells]) => ({ runId, at, planId, cells }));
      return collectAvailability(read, plans.read, (id) => outcomes.cell(id)?.state);
    },
    remove: (runId) => {
      inTransaction(db, () => {
        statements.remove.run(runId);
        plans.dropUnused();
      });
      forget(db);
    },
    removeAll: () => {
      inTransaction(db, () => {
        db.exec('DELETE FROM runs');
        plans.dropUnused();
      });
      forget(db);
    },
    size: () => ({ bytes: bytesOnDisk(file), runs: readNumber(db, 'SELECT count(*) FROM runs') }),
    limits,
    limit: ({ days, bytes }) => {
      statements.keepLimits.run(days, bytes);
    },
    close: () => {
      if (db.isOpen) db.close();
    },
    prune,
  };
}

type Statements = Readonly<
  Record<
    | 'insertRun'
    | 'insertResults'
    | 'insertVerdicts'
    | 'insertReport'
    | 'remove'
    | 'list'
    | 'report'
    | 'opened'
    | 'before'
    | 'between'
    | 'availability'
    | 'limits'
    | 'keepLimits',
    StatementSync
  >
>;

function prepareStatements(db: DatabaseSync): Statements {
  const asArrays = (sql: string) => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  return {
    insertRun: db.prepare(
      `INSERT INTO runs (run_id, kind, scenario, started_at, finished_at, started_ms, partial, profile, working,
       verdict_counts, plan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertResults: db.prepare('INSERT INTO results (run, cells) VALUES (?, ?)'),
    insertVerdicts: db.prepare('INSERT INTO verdicts (run, cells) VALUES (?, ?)'),
    insertReport: db.prepare('INSERT INTO reports (run, document) VALUES (?, ?)'),
    remove: db.prepare('DELETE FROM runs WHERE run_id = ?'),
    list: asArrays(`SELECT ${lineColumns} FROM runs ORDER BY started_ms DESC, id DESC LIMIT ?`),
    report: asArrays(
      `SELECT kind, scenario, document FROM runs JOIN reports ON reports.run = runs.id WHERE run_id = ?`,
    ),
    opened: asArrays(
      `SELECT results.cells, verdicts.cells, ${lineColumns} FROM runs JOIN results ON results.run = runs.id
       JOIN verdicts ON verdicts.run = runs.id WHERE run_id = ?`,
    ),
    before: db.prepare(
      `SELECT plan, cells FROM runs JOIN verdicts ON verdicts.run = runs.id
       WHERE kind = ? AND scenario = ? AND started_ms <= ? AND run_id <> ? ORDER BY started_ms DESC, id DESC LIMIT 1`,
    ),
    between: asArrays(
      `SELECT started_at, plan, results.cells, verdicts.cells FROM runs JOIN results ON results.run = runs.id
       JOIN verdicts ON verdicts.run = runs.id
       WHERE kind = ? AND scenario = ? AND started_ms > ? AND started_ms < ? ORDER BY started_ms DESC, runs.id DESC`,
    ),
    availability: asArrays(
      `SELECT run_id, started_at, plan, cells FROM runs JOIN results ON results.run = runs.id
       WHERE kind = 'check' AND scenario = '' AND started_ms >= ? ORDER BY started_ms, runs.id`,
    ),
    limits: db.prepare('SELECT days, bytes FROM limits'),
    keepLimits: db.prepare('INSERT OR REPLACE INTO limits (id, days, bytes) VALUES (1, ?, ?)'),
  };
}

function readList(statement: StatementSync, limit: number, readPlan: (id: number) => Plan): readonly StoredRun[] {
  const plans = new Map<number, Plan>();
  // Counts repeat from run to run; a line's own object is never changed by anybody, so they may be shared.
  const parsed = new Map<string, unknown>();
  const parse = (text: string): unknown => {
    const known = parsed.get(text) ?? JSON.parse(text);
    parsed.set(text, known);
    return known;
  };
  const rows = statement.all(limit) as unknown as readonly (readonly (string | number)[])[];
  return rows.map((row) => {
    const id = Number(row[0]);
    const plan = plans.get(id) ?? readPlan(id);
    plans.set(id, plan);
    return readStoredRun(row, plan, parse);
  });
}

function readRun(statement: StatementSync, runId: string): KeptRun | undefined {
  const row = statement.get(runId) as unknown as readonly [KeptRun['kind'], string, Uint8Array] | undefined;
  const report = row && unpackReport(row[2]);
  return row && report && { kind: row[0], ...(row[1] === '' ? {} : { scenario: row[1] }), report };
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** Gives pages that are free to the file system. */
function giveBack(db: DatabaseSync): void {
  db.exec('PRAGMA incremental_vacuum');
}

/** What a person removed shall not be found in the log of writes either. */
function forget(db: DatabaseSync): void {
  giveBack(db);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

function bytesOnDisk(file: string): number {
  return ['', '-wal', '-shm'].reduce((sum, ending) => {
    return sum + (statSync(file + ending, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}
