import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openApp } from './open-app.ts';

/** `npm start`: builds what has changed and opens the app on the desktop, or in the browser where that cannot be. */
const root = join(import.meta.dirname, '..');
const sources = ['app', 'cli', 'data', 'electron', 'engine', 'lab', 'model', 'renderer', 'web', 'package.json'];
const outputs = ['main.js', 'preload.cjs', 'engine.js', 'web-engine.js', 'waylight.js', 'assets.json'];
/** Five minutes for a person; a machine has nobody who wants to wait. */
const limitMs = process.env.CI ? 60_000 : 300_000;

function newestOf(path: string): number {
  const stat = statSync(path);
  return stat.isDirectory()
    ? Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestOf(join(path, name))))
    : stat.mtimeMs;
}

function isBuilt(): boolean {
  const files = outputs.map((name) => join(root, 'out', name));
  if (!files.every((file) => existsSync(file)) || !existsSync(join(root, 'out', 'ranges'))) return false;
  const oldest = Math.min(...files.map((file) => statSync(file).mtimeMs));
  return sources.every((name) => newestOf(join(root, name)) <= oldest);
}

/** The steps of `npm run build`, without npm: on Windows that would need a shell. */
function build(): boolean {
  const steps = [
    [join(root, 'scripts', 'build-ranges.ts')],
    [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--app', '--logLevel', 'warn'],
  ];
  return steps.every((words) => spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' }).status === 0);
}

// The terminal interrupts the app too, which ends by itself; this one waits for it.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {});

if (!isBuilt() && !build()) {
  console.error('Waylight could not be built; what went wrong stands above.');
  process.exitCode = 2;
} else {
  process.exitCode = await openApp({
    root,
    electronFolder: join(root, 'node_modules', 'electron'),
    env: process.env,
    platform: process.platform,
    say: (line) => console.error(line),
    limitMs,
  });
}
