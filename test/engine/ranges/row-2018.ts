import type { Row2018 } from '../../../engine/ranges/list-2018.ts';

/** A row of the list as its data file has it: Amazon's, and corroborated. */
export function row2018(prefix: string, firstSeen: string, more: Partial<Row2018> = {}): Row2018 {
  return { prefix, firstSeen, operator: 'aws', source: 'public-list', corroborated: true, ...more };
}
