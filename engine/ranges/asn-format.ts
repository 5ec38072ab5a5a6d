/**
 * The compiled table of origin AS by address, `asn.bin`. Little-endian 32-bit words throughout, sections in this order
 * without gaps, and nothing after the last:
 *
 * | section | words |
 * |---|---|
 * | header | {@link headerWords}, see {@link header} |
 * | IPv4 interval starts | `intervals4`, ascending from 0 |
 * | IPv4 owners | `intervals4`, positions in the AS list |
 * | IPv6 interval starts | 4 columns of `intervals6`, most significant word first, ascending from :: |
 * | IPv6 owners | `intervals6` |
 * | AS numbers | `systems`, ascending; the first is 0, "no AS known" |
 * | name offsets | `systems + 1`, into the names, in bytes |
 * | names | `nameBytes` of UTF-8, padded with zeros to whole words |
 *
 * An interval ends where the next one starts. Every AS has its name once.
 */
export const asnMagic = 0x4e534157; // "WASN"
export const asnVersion = 1;
export const headerWords = 12;

/** Positions of the header's words. */
export const header = {
  magic: 0,
  version: 1,
  /** CRC-32 (ISO 3309) of everything after this word. */
  checksum: 2,
  /** Day of the source data, as the number YYYYMMDD. */
  date: 3,
  intervals4: 4,
  intervals6: 5,
  systems: 6,
  nameBytes: 7,
  /** Ranges in the source, of each family. */
  rows4: 8,
  rows6: 9,
} as const;

/** The first byte that the checksum covers. */
export const checkedFrom = (header.checksum + 1) * 4;

export interface AsnCounts {
  readonly intervals4: number;
  readonly intervals6: number;
  readonly systems: number;
  readonly nameBytes: number;
}

/** Where each section begins and the whole length, in words. Exact for any counts below 2^32. */
export function layOutAsn(counts: AsnCounts) {
  const starts4 = headerWords;
  const owners4 = starts4 + counts.intervals4;
  const starts6 = owners4 + counts.intervals4;
  const owners6 = starts6 + counts.intervals6 * 4;
  const systems = owners6 + counts.intervals6;
  const nameOffsets = systems + counts.systems;
  const names = nameOffsets + counts.systems + 1;
  return {
    starts4,
    owners4,
    starts6,
    owners6,
    systems,
    nameOffsets,
    names,
    words: names + Math.ceil(counts.nameBytes / 4),
  };
}
