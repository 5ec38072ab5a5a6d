import type { DatabaseSync } from 'node:sqlite';
import type { PruneLimits } from '../host/ports.ts';
import { readNumber } from './history-schema.ts';

export const defaultPruneLimits: PruneLimits = { days: 90, bytes: 500 * 1024 * 1024 };

const dayMs = 86_400_000;

/**
 * Takes away runs that began more than `days` ago, then the oldest until the rest fits; the newest always stays. One
 * transaction. Returns how many went.
 */
export function pruneRuns(db: DatabaseSync, limits: PruneLimits, now: Date): number {
  const newest = readNumber(db, 'SELECT max(id) FROM runs WHERE started_ms = (SELECT max(started_ms) FROM runs)');
  const old = db.prepare('DELETE FROM runs WHERE started_ms < ? AND id <> ?');
  const oldest = db.prepare(
    'DELETE FROM runs WHERE id = (SELECT id FROM runs WHERE id <> ? ORDER BY started_ms, id LIMIT 1)',
  );
  let removed = Number(old.run(now.getTime() - limits.days * dayMs, newest).changes);
  while (usedBytes(db) > limits.bytes) {
    const { changes } = oldest.run(newest);
    if (Number(changes) === 0) break;
    removed += Number(changes);
  }
  return removed;
}

function usedBytes(db: DatabaseSync): number {
  const pages = readNumber(db, 'PRAGMA page_count') - readNumber(db, 'PRAGMA freelist_count');
  return pages * readNumber(db, 'PRAGMA page_size');
}
