import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChangeNotice, EngineChild, HostPorts, SavedFile } from '../../app/host/ports.ts';
import type { RunReport } from '../../model/report.ts';

const entry = fileURLToPath(new URL('./practice-engine.ts', import.meta.url));

export type EngineFault = 'none' | 'hang' | 'deaf' | 'nonsense';

/** Forks `practice-engine.ts`, and hands each process to `onFork`. */
export function forkPracticeEngine(
  { scenario = 'russia-2026', fault = 'none' }: { readonly scenario?: string; readonly fault?: EngineFault } = {},
  onFork: (child: ChildProcess) => void = () => {},
): EngineChild {
  return forkEngine(entry, [scenario, fault], onFork);
}

/** Forks a program that serves the engine. */
export function forkEngine(
  program: string,
  words: readonly string[] = [],
  onFork: (child: ChildProcess) => void = () => {},
): EngineChild {
  const child = fork(program, [...words], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.on('error', () => {});
  onFork(child);
  return {
    post: (message) => {
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', () => listener()),
    kill: () => void child.kill('SIGKILL'),
  };
}

export interface TestPorts extends HostPorts {
  readonly saved: SavedFile[];
  readonly copied: string[];
  readonly finished: RunReport[];
  readonly notices: ChangeNotice[];
  remove(): void;
}

/** Ports of a host that keeps everything in a folder of its own and remembers what it was asked to do. */
export function testPorts(spawnEngine: () => EngineChild, changes: Partial<HostPorts> = {}): TestPorts {
  const dataFolder = mkdtempSync(join(tmpdir(), 'waylight-host-'));
  const saved: SavedFile[] = [];
  const copied: string[] = [];
  const finished: RunReport[] = [];
  const notices: ChangeNotice[] = [];
  return {
    saved,
    copied,
    finished,
    notices,
    remove: () => rmSync(dataFolder, { recursive: true, force: true }),
    info: {
      host: 'web',
      version: '0.0.0',
      platform: 'test',
      language: 'en-GB',
      can: { notify: false, tray: false, startAtLogin: false, pdf: false, update: false, openFolder: false },
    },
    dataFolder,
    programFolder: join(dataFolder, 'program'),
    env: {},
    secrets: { place: 'memory', seal: async () => undefined, open: async () => undefined },
    spawnEngine,
    saveFile: async (file) => {
      saved.push(file);
      return { outcome: 'saved', name: file.name };
    },
    copyText: async (text) => {
      copied.push(text);
      return { outcome: 'done' };
    },
    openTelegramLink: async () => ({ outcome: 'done' }),
    openLink: async () => ({ outcome: 'done' }),
    openFolder: async () => true,
    systemProxies: async () => [],
    applySettings: () => {},
    checkFinished: (report) => void finished.push(report),
    notify: (notice) => void notices.push(notice),
    ...changes,
  };
}
