import type { RangesSource } from '../../../model/cloud.ts';

const day = 86_400_000;
/** Days after which a list is old: Amazon's own changes every few days, the table of networks slowly. */
const oldAfter: Readonly<Record<RangesSource['source'], number>> = {
  official: 30,
  packaged: 30,
  file: 30,
  operator: 180,
  practice: Number.POSITIVE_INFINITY,
};

/**
 * How old a list of ranges is; null where it does not say, or where this machine's clock is behind it. One that Amazon has
 * confirmed of late is not old, however long ago it was made.
 */
export function listAge(
  { source, createdAt }: RangesSource,
  checkedAt: string | null,
  now: number,
): { readonly days: number; readonly old: boolean } | null {
  const days = daysSince(createdAt, now);
  if (days === null) return null;
  const confirmed = daysSince(checkedAt, now) ?? days;
  return { days, old: Math.min(days, confirmed) > oldAfter[source] };
}

function daysSince(iso: string | null, now: number): number | null {
  const days = Math.floor((now - Date.parse(iso ?? '')) / day);
  return days >= 0 ? days : null;
}
