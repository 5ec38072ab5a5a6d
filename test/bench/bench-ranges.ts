import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, BlockList, SocketAddress } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import ipaddr from 'ipaddr.js';
import { readRangesFile } from '../../app/read-ranges-file.ts';
import { formatIpv4, formatIpv6 } from '../../engine/ranges/address-text.ts';
import { openAsnTable } from '../../engine/ranges/asn-table.ts';
import { parseIpRanges } from '../../engine/ranges/ip-ranges.ts';
import { createPrefixIndex, type PrefixIndex } from '../../engine/ranges/prefix-index.ts';
import type { BenchResult } from './bench-result.ts';
import { createRandom, createSyntheticRanges } from './synthetic-ranges.ts';

const builder = fileURLToPath(new URL('./build-index-once.ts', import.meta.url));
const refresher = fileURLToPath(new URL('./refresh-once.ts', import.meta.url));
const asnFile = fileURLToPath(new URL('../../out/ranges/asn.bin', import.meta.url));
const checkedPerFamily = 1_000_000;

/** Distinct prefixes of one family as numbers. */
interface Prefix {
  readonly text: string;
  readonly start: bigint;
  readonly length: number;
}

const toWords = (value: bigint): [number, number, number, number] => [
  Number((value >> 96n) & 0xffffffffn),
  Number((value >> 64n) & 0xffffffffn),
  Number((value >> 32n) & 0xffffffffn),
  Number(value & 0xffffffffn),
];
const toText = (bits: number, value: bigint) => (bits === 32 ? formatIpv4(Number(value)) : formatIpv6(toWords(value)));

async function readText(): Promise<string> {
  const file = process.env.WAYLIGHT_AWS_RANGES;
  if (!file) {
    console.log('WAYLIGHT_AWS_RANGES is not set: a made-up file of the same size is used');
    return createSyntheticRanges();
  }
  const read = await readRangesFile(file);
  if (!read.ok) throw new Error(`WAYLIGHT_AWS_RANGES: ${JSON.stringify(read.problems)}`);
  return read.value.text;
}

/** The prefixes as another parser reads them, straight from the JSON: nothing here goes through our own. */
function readPrefixes(text: string, list: 'prefixes' | 'ipv6_prefixes'): Prefix[] {
  const field = list === 'prefixes' ? 'ip_prefix' : 'ipv6_prefix';
  const rows = JSON.parse(text)[list] as Record<string, string>[];
  return [...new Set(rows.map((row) => row[field] ?? ''))].map((prefix) => {
    const [address, length] = ipaddr.parseCIDR(prefix);
    const start = address.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return { text: prefix, start, length };
  });
}

/** Longest prefix by asking a map for every length, longest first: slow, and nothing like the index. */
function createNaive(bits: number, prefixes: readonly Prefix[]): (address: bigint) => string | null {
  const byLength = new Map<number, Map<bigint, string>>();
  for (const { text, start, length } of prefixes) {
    const map = byLength.get(length) ?? new Map<bigint, string>();
    byLength.set(length, map.set(start >> BigInt(bits - length), text));
  }
  const lengths = [...byLength].sort(([a], [b]) => b - a).map(([length, map]) => [BigInt(bits - length), map] as const);
  return (address) => {
    for (const [host, map] of lengths) {
      const found = map.get(address >> host);
      if (found !== undefined) return found;
    }
    return null;
  };
}

/** Half of them at the edges of prefixes, a quarter inside prefixes, a quarter anywhere. */
function chooseAddresses(bits: number, prefixes: readonly Prefix[], count: number, random: () => number): bigint[] {
  const anywhere = (size: number) => {
    let value = 0n;
    for (let at = 0; at < size; at += 32) value = (value << 32n) | BigInt(Math.floor(random() * 4294967296));
    return value & ((1n << BigInt(size)) - 1n);
  };
  const top = (1n << BigInt(bits)) - 1n;
  return Array.from({ length: count }, (_, at) => {
    const { start, length } = prefixes[Math.floor(random() * prefixes.length)] as Prefix;
    if (at % 4 === 3) return anywhere(bits);
    if (at % 4 === 2) return start + anywhere(bits - length);
    const last = start + (1n << BigInt(bits - length)) - 1n;
    const edge = (at % 8 < 4 ? start : last) + BigInt(Math.floor(random() * 3) - 1);
    return edge < 0n ? 0n : edge > top ? top : edge;
  });
}

/** Calls a second over the fastest of `rounds` passes, for other work on the machine only ever slows one down. */
function perSecond(count: number, rounds: number, pass: () => number): number {
  let best = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    sum += pass();
    best = Math.min(best, performance.now() - startedAt);
  }
  // The sum is used, so that no pass can be optimised away.
  if (Number.isNaN(sum)) throw new Error('unreachable');
  return (count / best) * 1000;
}

function countMismatches(
  index: PrefixIndex,
  bits: number,
  prefixes: readonly Prefix[],
  addresses: readonly bigint[],
): number {
  const naive = createNaive(bits, prefixes);
  const canonical = new Map(prefixes.map(({ text, start, length }) => [text, `${toText(bits, start)}/${length}`]));
  const described = Array.from({ length: index.size }, (_, entry) => index.describe(entry).prefix);
  let wrong = 0;
  for (const address of addresses) {
    const entry = bits === 32 ? index.find4(Number(address)) : index.find6(...toWords(address));
    const expected = naive(address);
    const found = entry < 0 ? null : described[entry];
    if (found !== (expected === null ? null : canonical.get(expected))) wrong++;
  }
  return wrong;
}

function buildInFreshProcesses(text: string): { ms: number; bytes: number } {
  const folder = mkdtempSync(join(tmpdir(), 'waylight-bench-'));
  try {
    const file = join(folder, 'ip-ranges.json');
    writeFileSync(file, text);
    const args = ['--expose-gc', builder, file];
    const runs = Array.from(
      { length: 7 },
      () => JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as { ms: number; bytes: number },
    );
    return { ms: Math.min(...runs.map(({ ms }) => ms)), bytes: Math.max(...runs.map(({ bytes }) => bytes)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same list, so many days older: what was in use until now. */
function daysBefore(text: string, days: number): string {
  const list = JSON.parse(text) as { syncToken: string; createDate: string };
  const time = (Number(list.syncToken) - days * 86_400) * 1000;
  const createDate = new Date(time).toISOString().slice(0, 19).replace(/[T:]/g, '-');
  return JSON.stringify({ ...list, syncToken: String(time / 1000), createDate });
}

/** A newer list is fetched from this machine and put in the place of the one in use, in fresh processes. */
async function benchRefresh(text: string): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'waylight-bench-'));
  const packed = gzipSync(text);
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed);
  });
  try {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ip-ranges.json`;
    const packaged = join(folder, 'packaged.json.gz');
    writeFileSync(packaged, gzipSync(daysBefore(text, 30)));
    const runs: { ms: number; blockedMs: number }[] = [];
    for (let run = 0; run < 7; run++) {
      const cache = join(folder, `${run}.json`);
      writeFileSync(cache, daysBefore(text, 7));
      const { stdout } = await promisify(execFile)(process.execPath, [refresher, url, cache, packaged, asnFile]);
      runs.push(JSON.parse(stdout) as (typeof runs)[number]);
    }
    const best = (name: string, key: keyof (typeof runs)[number], limit: number) => ({
      name: `${name}, best of 7 fresh processes`,
      value: Math.min(...runs.map((run) => run[key])),
      unit: 'ms',
      limit,
    });
    return [
      best('a newer list fetched, judged, written and in use', 'ms', 150),
      best('longest time in which that holds everything else up', 'blockedMs', 50),
    ];
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

function benchOwn(
  index: PrefixIndex,
  v4: readonly Prefix[],
  v6: readonly Prefix[],
  random: () => number,
): BenchResult[] {
  const count = 1 << 19;
  const keys = Uint32Array.from(chooseAddresses(32, v4, count, random), Number);
  const keys6 = Uint32Array.from(chooseAddresses(128, v6, count, random).flatMap(toWords));
  const texts = Array.from(keys.subarray(0, count / 4), formatIpv4);
  const byNumber = perSecond(count, 5, () => {
    let sum = 0;
    for (const key of keys) sum += index.find4(key);
    return sum;
  });
  const byNumber6 = perSecond(count, 5, () => {
    let sum = 0;
    for (let at = 0; at < keys6.length; at += 4) {
      sum += index.find6(keys6[at] ?? 0, keys6[at + 1] ?? 0, keys6[at + 2] ?? 0, keys6[at + 3] ?? 0);
    }
    return sum;
  });
  const byText = perSecond(texts.length, 5, () => texts.reduce((sum, text) => sum + index.find(text), 0));
  const rate = { unit: 'M/s', limit: 5, atLeast: true };
  return [
    { name: 'look-ups, IPv4 by number, all different', value: byNumber / 1e6, ...rate },
    { name: 'look-ups, IPv6 by number, all different', value: byNumber6 / 1e6, ...rate },
    { name: 'look-ups, IPv4 by text, all different', value: byText / 1e6, ...rate },
  ];
}

/**
 * The same few thousand addresses asked of each way in turn, text against text and prepared form against prepared form.
 * Node's BlockList was a linear list once; that of Node 24.21 is not, and it only tells whether, not which.
 */
function benchAgainstOthers(index: PrefixIndex, v4: readonly Prefix[], random: () => number): BenchResult[] {
  const count = 4096;
  const keys = Uint32Array.from(chooseAddresses(32, v4, count, random), Number);
  const texts = Array.from(keys, formatIpv4);
  const sockets = texts.map((address) => new SocketAddress({ address, family: 'ipv4' }));
  const blockList = new BlockList();
  for (const { text, length } of v4) blockList.addSubnet(text.slice(0, text.indexOf('/')), length, 'ipv4');
  const cidrs = v4.map(({ text }) => ipaddr.IPv4.parseCIDR(text));
  const matchLinear = (text: string) => {
    const address = ipaddr.IPv4.parse(text);
    let longest = -1;
    for (const cidr of cidrs) if (cidr[1] > longest && address.match(cidr)) longest = cidr[1];
    return longest;
  };
  const rounds = 50;
  const byNumber = perSecond(count, rounds, () => {
    let sum = 0;
    for (const key of keys) sum += index.find4(key);
    return sum;
  });
  const byText = perSecond(count, rounds, () => texts.reduce((sum, text) => sum + index.find(text), 0));
  const listPrepared = perSecond(count, rounds, () =>
    sockets.reduce((sum, at) => sum + Number(blockList.check(at)), 0),
  );
  const listText = perSecond(count, rounds, () =>
    texts.reduce((sum, at) => sum + Number(blockList.check(at, 'ipv4')), 0),
  );
  const few = texts.slice(0, 500);
  const linear = perSecond(few.length, 3, () => few.reduce((sum, text) => sum + matchLinear(text), 0));
  const ratio = (name: string, value: number, limit: number) => ({ name, value, unit: 'x', limit, atLeast: true });
  return [
    ratio('by text, against ipaddr.js one after another', byText / linear, 50),
    ratio('prepared, against net.BlockList', byNumber / listPrepared, 5),
    ratio('by text, against net.BlockList', byText / listText, 2),
  ];
}

function benchAsnTable(): BenchResult {
  const bytes = readFileSync(asnFile);
  const startedAt = performance.now();
  const opened = openAsnTable(bytes);
  const value = performance.now() - startedAt;
  if (!opened.ok) throw new Error(`${asnFile}: ${opened.problem}`);
  return { name: 'opening the AS table, first time', value, unit: 'ms', limit: 20 };
}

/** The address tables: build, memory, speed against two other ways, and whether every answer is right. */
export async function benchRanges(): Promise<readonly BenchResult[]> {
  const asn = benchAsnTable();
  const text = await readText();
  const fresh = buildInFreshProcesses(text);
  const parsed = parseIpRanges(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  const index = createPrefixIndex(parsed.ranges);
  const random = createRandom(16_826);
  const v4 = readPrefixes(text, 'prefixes');
  const v6 = readPrefixes(text, 'ipv6_prefixes');
  const wrong = ([bits, prefixes]: readonly [number, readonly Prefix[]]) =>
    countMismatches(index, bits, prefixes, chooseAddresses(bits, prefixes, checkedPerFamily, random));
  const megabyte = 1024 * 1024;
  return [
    { name: 'index from the text of the file, best of 7 fresh processes', value: fresh.ms, unit: 'ms', limit: 60 },
    {
      name: 'memory kept by the index, most of 7 fresh processes',
      value: fresh.bytes / megabyte,
      unit: 'MB',
      limit: 4,
    },
    ...(await benchRefresh(text)),
    ...benchOwn(index, v4, v6, random),
    ...benchAgainstOthers(index, v4, random),
    { name: 'IPv4 answers that differ from the naive ones, of a million', value: wrong([32, v4]), unit: '', limit: 0 },
    { name: 'IPv6 answers that differ from the naive ones, of a million', value: wrong([128, v6]), unit: '', limit: 0 },
    asn,
  ];
}
