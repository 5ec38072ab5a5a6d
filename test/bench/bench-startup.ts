import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type BenchResult, median } from './bench-result.ts';

const command = fileURLToPath(new URL('../../out/waylight.js', import.meta.url));
const rounds = 9;

/** Milliseconds from spawning the command until `isDone` first holds for what it has printed, or until it ends. */
function timeUntil(args: readonly string[], isDone: (output: string) => boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let at: number | undefined;
    const onData = (chunk: Buffer) => {
      output += chunk.toString();
      if (at === undefined && isDone(output)) {
        at = performance.now() - startedAt;
        child.kill('SIGKILL');
      }
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('error', reject);
    child.once('close', () => resolve(at ?? performance.now() - startedAt));
  });
}

async function medianOf(args: readonly string[], isDone: (output: string) => boolean): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await timeUntil(args, isDone));
  return median(times.slice(1));
}

/** How soon the command says something. */
export async function benchStartup(): Promise<readonly BenchResult[]> {
  const bare = await medianOf(['--version'], () => false);
  const help = await medianOf(['--help'], () => false);
  return [
    { name: 'waylight --version, whole process', value: bare, unit: 'ms', limit: 200 },
    { name: 'waylight --help, whole process', value: help, unit: 'ms', limit: 200 },
  ];
}
