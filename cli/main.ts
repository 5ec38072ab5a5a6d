#!/usr/bin/env -S node --max-semi-space-size=4
import { basename, join } from 'node:path';
import { runProgram } from './program.ts';
import { createTerminalIo } from './terminal-io.ts';

/** An interrupt must be over in half a second, whatever a disk or a slow pipe does. */
const interruptMs = 450;

// Linux and macOS show every program's arguments to every other; a route given as one may hold a password. This is late,
// so a file (--routes) is still the better place, but from here on nobody reads it there.
process.title = 'waylight';

// An older one lacks what the engine is built on, and would end in the middle of things.
const oldestNode = 24;
if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  process.stderr.write(
    `waylight: needs Node ${oldestNode} or newer, and this is ${process.versions.node}; in a checkout: npm run -s waylight -- …\n`,
  );
  process.exit(2);
}

const interrupt = new AbortController();
let lost = false;
const io = createTerminalIo(interrupt.signal, (code) => {
  lost = true;
  process.stderr.write(`waylight: standard output cannot be written (${code})\n`);
});

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (interrupt.signal.aborted) process.exit(3);
    interrupt.abort(new Error('interrupted'));
    setTimeout(() => process.exit(3), interruptMs).unref();
  });
}

/** A defect of ours. Error messages can hold anything, a password too, so only a debugger's own request shows them. */
function reportDefect(error: unknown): never {
  const name = error instanceof Error ? error.name : typeof error;
  const stack = process.env.WAYLIGHT_DEBUG === '1' && error instanceof Error ? `${error.stack}\n` : '';
  const hint = stack === '' ? ' WAYLIGHT_DEBUG=1 shows more.' : '';
  process.stderr.write(
    `waylight: this is a defect (${name}). Please report it with the words you gave.${hint}\n${stack}`,
  );
  process.exit(1);
}

process.on('uncaughtException', reportDefect);
process.on('unhandledRejection', reportDefect);

// Run from source, the tables are where the build put them.
const isSource = basename(import.meta.filename) === 'main.ts';
const programFolder = isSource ? join(import.meta.dirname, '..', 'out') : import.meta.dirname;

try {
  const code = await runProgram(process.argv.slice(2), io, programFolder);
  // Nothing of the run may keep the process: what is still to be written goes out first.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
  process.exit(code === 0 && lost ? 2 : code);
} catch (error) {
  reportDefect(error);
}
