import type { DatabaseSync } from 'node:sqlite';

/** "WYLT": tells our file from another program's database. */
const applicationId = 0x57594c54;

/**
 * What each version adds to the one before; a released line is never changed. A run's cells are one row, three bytes a
 * cell (see pack-cells.ts), and not a row each: 10,000 runs of 60 services over 3 routes are 1.8 million cells, which SQLite
 * alone needs seconds to step through and an index over them more disk than the reports.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
  ) STRICT;
  CREATE TABLE outcomes (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('check', 'practice')),
    scenario TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    partial INTEGER NOT NULL,
    profile TEXT NOT NULL,
    plan INTEGER NOT NULL REFERENCES plans (id),
    working TEXT NOT NULL,
    verdict_counts TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_time ON runs (started_ms);
  CREATE INDEX runs_by_kind ON runs (kind, scenario, started_ms);
  CREATE INDEX runs_by_plan ON runs (plan);
  CREATE TABLE results (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    cells BLOB NOT NULL
  ) STRICT;
  CREATE TABLE verdicts (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    cells BLOB NOT NULL
  ) STRICT;
  CREATE TABLE reports (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    document BLOB NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE limits (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    days INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  `,
];

export type Compatibility = 'usable' | 'newer' | 'foreign';

/** Brings the file to this version's form, whole or not at all; changes nothing where it is not ours to change. */
export function migrateHistory(db: DatabaseSync): Compatibility {
  // The lock first: two processes that begin the same file at once must not both make its tables.
  db.exec('BEGIN IMMEDIATE');
  try {
    const verdict = migrateLocked(db);
    db.exec(verdict === 'usable' ? 'COMMIT' : 'ROLLBACK');
    return verdict;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** Whose the file is, only by reading: what is not ours stays as it is to the last byte. */
export function judgeHistory(db: DatabaseSync): Compatibility {
  const version = readNumber(db, 'PRAGMA user_version');
  const isEmpty = version === 0 && readNumber(db, 'SELECT count(*) FROM sqlite_schema') === 0;
  if (!isEmpty && readNumber(db, 'PRAGMA application_id') !== applicationId) return 'foreign';
  return version > migrations.length ? 'newer' : 'usable';
}

function migrateLocked(db: DatabaseSync): Compatibility {
  const verdict = judgeHistory(db);
  if (verdict !== 'usable') return verdict;
  const version = readNumber(db, 'PRAGMA user_version');
  for (const statements of migrations.slice(version)) db.exec(statements);
  if (version < migrations.length) {
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`);
  }
  return 'usable';
}

/** The one number a statement answers. */
export function readNumber(db: DatabaseSync, sql: string): number {
  return Number(Object.values(db.prepare(sql).get() ?? {})[0]);
}
