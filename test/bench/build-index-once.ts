import { readFileSync } from 'node:fs';
import { parseIpRanges } from '../../engine/ranges/ip-ranges.ts';
import { createPrefixIndex, type PrefixIndex } from '../../engine/ranges/prefix-index.ts';

// One build in a fresh process, as the program does it: nothing is compiled yet. Prints milliseconds and bytes kept.
const memory = () => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

function build(text: string): PrefixIndex {
  const parsed = parseIpRanges(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  return createPrefixIndex(parsed.ranges);
}

const text = readFileSync(process.argv[2] ?? '', 'utf8');
const before = memory();
const startedAt = performance.now();
const index = build(text);
const ms = performance.now() - startedAt;
process.stdout.write(JSON.stringify({ ms, bytes: memory() - before, prefixes: index.size }));
