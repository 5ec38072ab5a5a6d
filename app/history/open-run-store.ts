import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Problem } from '../../model/problem.ts';
import type { PruneLimits } from '../host/ports.ts';
import { createRunStore, type PrunableStore } from './create-run-store.ts';
import { judgeHistory, migrateHistory, readNumber } from './history-schema.ts';
import { defaultPruneLimits } from './prune-runs.ts';
import { setFileAside } from './set-aside.ts';
import { isDamage, isMisfit, storeErrorCode } from './sqlite-problem.ts';

/** The history's file within the data folder. */
export const historyFileName = 'history.sqlite';

/** A file that could not be used, renamed and kept beside the new one. Names without their folder. */
export interface SetAside {
  readonly file: string;
  readonly keptAs: string;
  /** Why, as a sentence can be made of it. */
  readonly problem: Problem;
}

export type OpenedRunStore =
  | { readonly ok: true; readonly store: PrunableStore; readonly setAside?: SetAside }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface RunStoreOptions {
  readonly now?: () => Date;
  /** What is kept where nobody chose: 90 days and 500 MiB. */
  readonly limits?: PruneLimits;
  /** Told when the file turns out to be damaged while it is open; the store goes on with a new one. */
  readonly onSetAside?: (setAside: SetAside) => void;
}

/** How long another process that writes is waited for; a run is kept in a few milliseconds. */
const busyMs = 2000;

/**
 * Opens the history in `file` and makes it, and its folder, where there is none. A file that is damaged, somebody else's or
 * of a newer version is set aside and a new one begun; where nothing can be written the answer is a problem, and checks work
 * without a history. The store's methods throw for what the disk refuses: `storeErrorCode` names it.
 */
export function openRunStore(file: string, options: RunStoreOptions = {}): OpenedRunStore {
  const { now = () => new Date(), limits = defaultPruneLimits, onSetAside } = options;
  // Asked for like this, a Node without it is no crash at the first import.
  const sqlite = process.getBuiltinModule('node:sqlite');
  if (!sqlite) return { ok: false, problems: [{ code: 'history-needs-node' }] };
  const place: Place = { file, limits, now, sqlite };
  try {
    const first = openOrSetAside(place);
    const store = surviveDamage(first.store, () => {
      const again = openOrSetAside(place, 'history-damaged');
      if (again.setAside) onSetAside?.(again.setAside);
      return again.store;
    });
    return { ok: true, store, ...(first.setAside ? { setAside: first.setAside } : {}) };
  } catch (error) {
    return { ok: false, problems: [{ file, code: 'history-unavailable', params: { code: storeErrorCode(error) } }] };
  }
}

interface Place {
  readonly file: string;
  readonly limits: PruneLimits;
  readonly now: () => Date;
  readonly sqlite: typeof import('node:sqlite');
}

type Unusable = 'history-damaged' | 'history-newer';

/** @param known why the file is not even to be tried */
function openOrSetAside(
  place: Place,
  known?: Unusable,
): { readonly store: PrunableStore; readonly setAside?: SetAside } {
  const { file, now } = place;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const inode = statSync(file, { throwIfNoEntry: false })?.ino;
  const first = known ?? openHere(place);
  if (typeof first !== 'string') return { store: first };
  // Another process may have set it aside in the meantime: the file of this name is then a new and good one.
  const isSame = statSync(file, { throwIfNoEntry: false })?.ino === inode;
  const keptAs = isSame ? setFileAside(file, now()) : undefined;
  const again = openHere(place);
  if (typeof again === 'string') throw new Error('a new history cannot be used');
  if (keptAs === undefined) return { store: again };
  return {
    store: again,
    setAside: { file: basename(file), keptAs, problem: { file, code: first, params: { keptAs } } },
  };
}

/** The store, or why the file cannot be one. */
function openHere({ file, limits, now, sqlite }: Place): PrunableStore | Unusable {
  // Which sites somebody tested is for nobody else to read; SQLite gives its other files the same rights.
  closeSync(openSync(file, 'a', 0o600));
  let db: DatabaseSync | undefined;
  try {
    db = new sqlite.DatabaseSync(file, { timeout: busyMs, enableForeignKeyConstraints: true, defensive: true });
    let compatibility = judgeHistory(db);
    if (compatibility === 'usable') {
      configure(db);
      // Judged once more under the lock: another process may have been quicker.
      compatibility = migrateHistory(db);
    }
    if (compatibility === 'usable' && isSound(db)) return createRunStore(db, file, limits, now);
    db.close();
    return compatibility === 'newer' ? 'history-newer' : 'history-damaged';
  } catch (error) {
    if (db?.isOpen) db.close();
    if (isMisfit(error)) return 'history-damaged';
    throw error;
  }
}

/** Pages that become free can be given back to the file system. */
const incremental = 2;

/**
 * WAL, so that a screen reads while a check writes. `synchronous = FULL`: a run that was kept survives even a power cut, and a
 * run is kept so seldom that waiting for the disk costs nothing. `secure_delete`: what a person removes is overwritten.
 */
function configure(db: DatabaseSync): void {
  // It must come before the first table and before WAL; said again it would write to the file each time.
  if (readNumber(db, 'PRAGMA auto_vacuum') !== incremental) db.exec(`PRAGMA auto_vacuum = ${incremental}`);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 4194304');
}

/** The list of runs alone is looked through: the reports can be hundreds of megabytes, and damage there shows when they are read. */
function isSound(db: DatabaseSync): boolean {
  return Object.values(db.prepare('PRAGMA quick_check(runs)').get() ?? {})[0] === 'ok';
}

/** The same store, which begins anew and asks once more when the file turns out to be damaged. */
function surviveDamage(first: PrunableStore, reopen: () => PrunableStore): PrunableStore {
  let current = first;
  const ask = <T>(work: (store: PrunableStore) => T): T => {
    try {
      return work(current);
    } catch (error) {
      if (!isDamage(error)) throw error;
      current.close();
      current = reopen();
      return work(current);
    }
  };
  return {
    add: (run, packed) => ask((store) => store.add(run, packed)),
    list: (limit) => ask((store) => store.list(limit)),
    read: (runId) => ask((store) => store.read(runId)),
    changesSinceLast: (run) => ask((store) => store.changesSinceLast(run)),
    compare: (a, b) => ask((store) => store.compare(a, b)),
    availability: (days) => ask((store) => store.availability(days)),
    remove: (runId) => ask((store) => store.remove(runId)),
    removeAll: () => ask((store) => store.removeAll()),
    size: () => ask((store) => store.size()),
    limits: () => ask((store) => store.limits()),
    limit: (limits) => ask((store) => store.limit(limits)),
    close: () => current.close(),
    prune: (limits) => ask((store) => store.prune(limits)),
  };
}
