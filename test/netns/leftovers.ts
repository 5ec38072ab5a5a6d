import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeNamespaces, resolverFiles } from './topology.ts';

/** The process that owns a namespace or a folder is part of its name, so that a later run can tell a leftover. */
const namespacePattern = /^wl(\d+)x\d+[uin]$/;
const folderPattern = /^waylight-netns-(\d+)-/;

/** A new folder for one world's files. */
export function createFolder(): string {
  return mkdtempSync(join(tmpdir(), `waylight-netns-${process.pid}-`));
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A process that was killed and that nobody has waited for still has an entry, in state Z (proc(5)). */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

function ownerOf(name: string, pattern: RegExp): number | undefined {
  const pid = pattern.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Names of namespaces of ours, or of their files, that exist on this machine now and belong to one of these processes. */
export function listNamespaces(belongs: (owner: number) => boolean): string[] {
  return [...new Set([...entries('/run/netns'), ...entries(resolverFiles)])].filter((name) => {
    const owner = ownerOf(name, namespacePattern);
    return owner !== undefined && belongs(owner);
  });
}

/** Removes what an earlier run left behind when it was killed: namespaces, the daemons in them, and files. */
export async function removeLeftovers(): Promise<void> {
  const isDead = (owner: number) => !isAlive(owner);
  await removeNamespaces(listNamespaces(isDead));
  for (const name of entries(tmpdir())) {
    const owner = ownerOf(name, folderPattern);
    if (owner !== undefined && isDead(owner)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
