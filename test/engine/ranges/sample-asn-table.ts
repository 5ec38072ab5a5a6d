import { readIpv4, readIpv6 } from '../../../engine/ranges/address-text.ts';
import { type AsnTable, openAsnTable } from '../../../engine/ranges/asn-table.ts';
import { type AsnRanges, encodeAsnTable } from '../../../scripts/encode-asn-table.ts';

export type SampleAsnRow = readonly [first: string, last: string, asn: number];

function wordsOf(text: string): number[] {
  if (!text.includes(':')) return [readIpv4(text)];
  const words = new Uint32Array(4);
  readIpv6(text, words);
  return [...words];
}

export function sampleAsnRanges(rows: readonly SampleAsnRow[], family: 4 | 6): AsnRanges {
  const columns = (texts: readonly string[]) =>
    Array.from({ length: family === 4 ? 1 : 4 }, (_, word) =>
      Uint32Array.from(texts, (text) => wordsOf(text)[word] ?? 0),
    );
  return {
    first: columns(rows.map(([first]) => first)),
    last: columns(rows.map(([, last]) => last)),
    asn: Uint32Array.from(rows, ([, , asn]) => asn),
  };
}

/** A compiled table of the given rows (IPv6 told by its colons), every AS named `Network <asn>`. */
export function sampleAsnBytes(rows: readonly SampleAsnRow[]): Uint8Array {
  const names = new Map(rows.map(([, , asn]) => [asn, `Network ${asn}`]));
  const v4 = sampleAsnRanges(
    rows.filter(([first]) => !first.includes(':')),
    4,
  );
  const v6 = sampleAsnRanges(
    rows.filter(([first]) => first.includes(':')),
    6,
  );
  return encodeAsnTable(v4, v6, names, 20260617);
}

export function sampleAsnTable(rows: readonly SampleAsnRow[]): AsnTable {
  const opened = openAsnTable(sampleAsnBytes(rows));
  if (!opened.ok) throw new Error(opened.problem);
  return opened.table;
}
