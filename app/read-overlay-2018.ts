import data2018 from '../data/ranges-2018.json' with { type: 'json' };
import { computeOverlay2018 } from '../engine/ranges/overlay-2018.ts';
import type { Overlay2018 } from '../model/cloud.ts';
import type { LoadedRanges } from './load-ranges.ts';

/** The day the list of April 2018 was lifted, YYYY-MM-DD. */
export const lifted2018: string = data2018.lifted;

/** The list of April 2018 laid over the tables in use; some milliseconds. */
export function readOverlay2018(tables: LoadedRanges): Overlay2018 {
  const { day, amazon, regions } = data2018.told;
  return {
    ranges: tables.source,
    lifted: lifted2018,
    days: computeOverlay2018(tables),
    told: { day, amazon, regions },
  };
}
