import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { maxIpRangesBytes } from '../engine/ranges/ip-ranges.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import type { Route } from '../model/route.ts';
import { etagForm, type FetchWorld, fetchOverRoute, lastModifiedForm, type Validators } from './fetch-over-route.ts';
import { readCurrentRanges } from './load-ranges.ts';
import { readRangesBytes, tooLarge } from './read-ranges-file.ts';
import { acceptRanges, type RangesUpdate } from './update-ranges.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** Amazon's own. */
export const amazonRangesUrl = 'https://ip-ranges.amazonaws.com/ip-ranges.json';

export interface RangesRefresh {
  readonly url: string;
  readonly route: Route;
  readonly cacheFile: string;
  readonly packagedFile?: string | undefined;
  /** Where ETag and Last-Modified are kept; beside the cache where none is named. */
  readonly validatorsFile?: string;
}

/** Amazon's server says JSON; mirrors and stores of files often know no better than bytes or text. A page is refused. */
const accepts =
  /^(?:application\/(?:[\w.-]+\+)?json|(?:application|binary)\/octet-stream|application\/(?:x-)?gzip|text\/(?:plain|json))$/;

/** Validators are worth something only with the list and the address they belong to, of which a hash says enough. */
const keptSchema = z.object({
  address: z.string(),
  syncToken: z.number(),
  etag: z.string().regex(etagForm).optional(),
  lastModified: z.string().regex(lastModifiedForm).optional(),
});

const hashOf = (url: string) => createHash('sha256').update(url).digest('hex');

async function readKept(file: string, url: string, syncToken: number | undefined): Promise<Validators | undefined> {
  try {
    const kept = keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    if (kept.address !== hashOf(url) || kept.syncToken !== syncToken) return undefined;
    const { etag, lastModified } = kept;
    return { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) };
  } catch {
    // Without them the whole list is asked for, which costs a download and nothing else.
    return undefined;
  }
}

/** After the list itself: whoever is killed in between, or cannot write this, asks for the whole list next time. */
async function keep(file: string, url: string, syncToken: number, validators: Validators): Promise<void> {
  const kept = JSON.stringify({ address: hashOf(url), syncToken, ...validators });
  const done = Object.keys(validators).length === 0 ? rm(file, { force: true }) : writeFileAtomically(file, kept);
  await done.catch(() => {});
}

/**
 * Fetches a list over a route and takes it into `cacheFile` by the rules of {@link acceptRanges}. The server is asked only
 * for what changed since the list in use, where that came from the same address. A failed fetch and a refused list change
 * nothing; every problem names the address.
 */
export async function refreshRanges(refresh: RangesRefresh, world: FetchWorld): Promise<Parsed<RangesUpdate>> {
  const { url, route, cacheFile, validatorsFile = `${cacheFile}.etag` } = refresh;
  const notices: Problem[] = [];
  const current = await readCurrentRanges(refresh, notices);
  const known = await readKept(validatorsFile, url, current?.ranges.syncToken);
  const fetched = await fetchOverRoute({ url, route, known, maxBytes: maxIpRangesBytes, accepts }, world);
  if ('code' in fetched) return { ok: false, problems: [{ file: url, ...fetched }] };
  if (fetched.kind === 'too-large') return { ok: false, problems: [{ file: url, ...tooLarge }] };
  if (fetched.kind === 'not-modified') {
    if (!current) throw new Error('asked with the validators of a list that is not there');
    return { ok: true, value: { updated: false, ranges: current.ranges }, notices };
  }
  const read = await readRangesBytes(fetched.bytes, url);
  if (!read.ok) return read;
  const accepted = await acceptRanges(read.value, { name: url, cacheFile, current });
  if (!accepted.ok) return accepted;
  await keep(validatorsFile, url, accepted.value.ranges.syncToken, fetched.validators);
  return { ...accepted, notices };
}
