import { type IpRanges, maxIpRangesBytes } from '../engine/ranges/ip-ranges.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import type { Route } from '../model/route.ts';
import { type FetchWorld, fetchOverRoute } from './fetch-over-route.ts';
import { readCurrentRanges } from './load-ranges.ts';
import { confirmationFileOf, keepConfirmation, readConfirmation } from './ranges-confirmation.ts';
import { readRangesBytes, tooLarge } from './read-ranges-file.ts';
import { acceptRanges, type RangesUpdate } from './update-ranges.ts';

export interface RangesRefresh {
  readonly url: string;
  readonly route: Route;
  readonly cacheFile: string;
  readonly packagedFile?: string | undefined;
  /** Where it is kept when the list was last confirmed, with its ETag; beside the cache where none is named. */
  readonly confirmationFile?: string;
}

/** Amazon's server says JSON; mirrors and stores of files often know no better than bytes or text. A page is refused. */
const accepts =
  /^(?:application\/(?:[\w.-]+\+)?json|(?:application|binary)\/octet-stream|application\/(?:x-)?gzip|text\/(?:plain|json))$/;

/** How far a machine's clock may be behind. */
const clockDoubtMs = 86_400_000;

/** A list from the future would be newer than every true one: taken in once, it could never be replaced again. */
function refuseFuture({ syncToken }: IpRanges, now: number, file: string): Problem | undefined {
  if (syncToken * 1000 <= now + clockDoubtMs) return undefined;
  const [created, today] = [syncToken * 1000, now].map((time) => new Date(time).toISOString().slice(0, 10));
  return { file, code: 'ranges-future', params: { created: created ?? '', today: today ?? '' } };
}

/**
 * Fetches a list over a route and takes it into `cacheFile` by the rules of {@link acceptRanges}. The server is asked only
 * for what changed since the list in use, where that came from the same address. A failed fetch and a refused list change
 * nothing; every problem names the address.
 */
export async function refreshRanges(refresh: RangesRefresh, world: FetchWorld): Promise<Parsed<RangesUpdate>> {
  const { url, route, cacheFile, confirmationFile = confirmationFileOf(cacheFile) } = refresh;
  const notices: Problem[] = [];
  const current = await readCurrentRanges(refresh, notices);
  const kept = await readConfirmation(confirmationFile, url, current?.ranges.syncToken);
  const known = kept?.validators;
  const fetched = await fetchOverRoute({ url, route, known, maxBytes: maxIpRangesBytes, accepts }, world);
  if ('code' in fetched) return { ok: false, problems: [{ file: url, ...fetched }] };
  if (fetched.kind === 'too-large') return { ok: false, problems: [{ file: url, ...tooLarge }] };
  const now = world.clock.wall();
  const checkedAt = new Date(now).toISOString();
  if (fetched.kind === 'not-modified') {
    if (!current || !known) throw new Error('asked with the validators of a list that is not there');
    await keepConfirmation(confirmationFile, url, current.ranges.syncToken, { checkedAt, validators: known });
    return { ok: true, value: { updated: false, ranges: current.ranges }, notices };
  }
  const read = await readRangesBytes(fetched.bytes, url);
  if (!read.ok) return read;
  const future = refuseFuture(read.value.ranges, now, url);
  if (future) return { ok: false, problems: [future] };
  const accepted = await acceptRanges(read.value, { name: url, cacheFile, current });
  if (!accepted.ok) return accepted;
  const { validators } = fetched;
  await keepConfirmation(confirmationFile, url, accepted.value.ranges.syncToken, { checkedAt, validators });
  return { ...accepted, notices };
}
