import type { RangesSource } from '../../../model/cloud.ts';

const day = 86_400_000;
/** Days after which a list is old: Amazon's own changes every few days, the table of networks slowly. */
const oldAfter: Readonly<Record<RangesSource['source'], number>> = {
  official: 30,
  packaged: 30,
  file: 30,
  operator: 180,
};

/** How old a list of ranges is; null where it does not say, or where this machine's clock is behind it. */
export function listAge(
  { source, createdAt }: RangesSource,
  now: number,
): { readonly days: number; readonly old: boolean } | null {
  const created = createdAt === null ? Number.NaN : Date.parse(createdAt);
  const days = Math.floor((now - created) / day);
  return Number.isNaN(days) || days < 0 ? null : { days, old: days > oldAfter[source] };
}
