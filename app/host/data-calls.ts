import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer, DataInfo } from '../../model/contract.ts';
import type { Problem } from '../../model/problem.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { askPort, refuse } from './keep-change.ts';

export function dataCalls(
  context: HostContext,
): Pick<Handlers, 'readData' | 'limitData' | 'openDataFolder' | 'deleteEverything' | 'openLink'> {
  const { ports } = context;
  return {
    readData: () => readData(context),
    limitData: async ({ days, megabytes }) => {
      const limited = await context.runs.limit({ days, bytes: megabytes * mebibyte });
      return limited.ok ? readData(context) : limited;
    },
    openDataFolder: async () => {
      // Nothing may have been written yet; where it cannot be made, opening it fails and says so.
      await mkdir(ports.dataFolder, { recursive: true, mode: 0o700 }).catch(() => {});
      const opened = await askPort(() => ports.openFolder(ports.dataFolder));
      return opened.ok && opened.value ? { ok: true, value: null } : refuse('host-cannot');
    },
    deleteEverything: () => deleteEverything(context),
    openLink: ({ link }) => askPort(() => ports.openLink(link)),
  };
}

const mebibyte = 1024 * 1024;

/** The database of runs while it is open: it counts and empties itself. */
const openDatabase = /^history\.sqlite(?:-wal|-shm|-journal)?$/;

/** Files this app makes in its folder: their names, with whatever it adds to them for copies, logs and drafts. */
const ownFile =
  /^\.?(?:settings\.json|history\.sqlite|ip-ranges\.json|window(?:-state)?\.json|last-network\.json)(?:[.-][\w.-]*)?$/;

async function readData({ ports, runs }: HostContext): Promise<Answer<DataInfo>> {
  const history = await runs.size();
  if (!history.ok) return history;
  try {
    const sizes = await Promise.all((await ownFiles(ports.dataFolder)).map(sizeOf));
    const bytes = sizes.reduce((sum, size) => sum + size, history.value.bytes);
    const { runs: count, limits } = history.value;
    const keep = { days: limits.days, megabytes: Math.round(limits.bytes / mebibyte) };
    return { ok: true, value: { folder: ports.dataFolder, bytes, runs: count, keep } };
  } catch (error) {
    return refuse('file-unreadable', { params: { code: codeOf(error) } });
  }
}

/**
 * Only what is known to be ours goes, and nothing else in that folder: somebody may have chosen one that holds more.
 * Whatever will not go is said; the rest is gone then all the same.
 */
async function deleteEverything(context: HostContext): Promise<Answer<null>> {
  const problems: Problem[] = [];
  const attempt = async (work: () => unknown) => {
    try {
      await work();
    } catch (error) {
      problems.push({ code: 'not-deleted', params: { code: codeOf(error) } });
    }
  };
  await attempt(() => context.dropRun());
  const emptied = await context.runs.removeAll();
  if (!emptied.ok) problems.push(...emptied.problems);
  const problem = await context.settings.reset();
  if (problem) problems.push({ ...problem, code: 'not-deleted' });
  await attempt(async () => {
    const files = await ownFiles(context.ports.dataFolder);
    for (const file of files) await attempt(() => rm(file, { recursive: true, force: true }));
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: null };
}

/** Paths of our files, without the open database. */
async function ownFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => ownFile.test(name) && !openDatabase.test(name)).map((name) => join(folder, name));
}

/** Bytes; 0 for what has gone in the meantime. */
async function sizeOf(file: string): Promise<number> {
  const facts = await lstat(file).catch(() => undefined);
  return facts?.isFile() ? facts.size : 0;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
