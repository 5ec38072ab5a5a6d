import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type RunReport, reportSchema } from '../../model/report.ts';

/** Far above any report; what would unpack to more is no report of ours. */
const limitBytes = 512 * 1024 * 1024;

/** Zstandard at its usual level: a third of the time of deflate, and smaller. */
export function packReport(report: RunReport): Uint8Array {
  return zstdCompressSync(JSON.stringify(report));
}

/** Undefined for what is not a report any more; never throws. */
export function unpackReport(packed: Uint8Array): RunReport | undefined {
  try {
    const text = zstdDecompressSync(packed, { maxOutputLength: limitBytes }).toString('utf8');
    return reportSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
