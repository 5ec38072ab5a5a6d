import type { DatabaseSync } from 'node:sqlite';
import type { Cell } from '../../model/run-view.ts';
import type { Verdict } from '../../model/verdict.ts';

/** How a cell ended, or a verdict: there are a few hundred different ones, so each is kept once and cells name its number. */
export type Outcome = Pick<Cell, 'state' | 'failure'> | Verdict['verdict'];

export interface OutcomeCache {
  /** The outcome's number, from 1; it is kept if it is new. */
  keep(outcome: Outcome): number;
  cell(id: number): Pick<Cell, 'state' | 'failure'> | undefined;
  verdict(id: number): Verdict['verdict'] | undefined;
}

/** Outcomes are never taken away, so a number once read means the same for as long as the file is open. */
export function createOutcomeCache(db: DatabaseSync): OutcomeCache {
  const find = db.prepare('SELECT id FROM outcomes WHERE document = ?');
  const insert = db.prepare('INSERT INTO outcomes (document) VALUES (?)');
  const select = db.prepare('SELECT document FROM outcomes WHERE id = ?');
  const read: (Outcome | undefined)[] = [];
  const look = (id: number): Outcome | undefined => {
    const known = read[id];
    if (known !== undefined || id === 0) return known;
    const document = select.get(id)?.document;
    const outcome = typeof document === 'string' ? (JSON.parse(document) as Outcome) : undefined;
    read[id] = outcome;
    return outcome;
  };
  return {
    keep: (outcome) => {
      const document = JSON.stringify(outcome);
      return Number(find.get(document)?.id ?? insert.run(document).lastInsertRowid);
    },
    cell: (id) => {
      const outcome = look(id);
      return typeof outcome === 'object' ? outcome : undefined;
    },
    verdict: (id) => {
      const outcome = look(id);
      return typeof outcome === 'string' ? outcome : undefined;
    },
  };
}
