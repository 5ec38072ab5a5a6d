import { promisify } from 'node:util';
import { zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type RunReport, reportSchema } from '../../model/report.ts';
import { mapInTurns } from '../map-in-turns.ts';

/** Far above any report; what would unpack to more is no report of ours. */
const limitBytes = 512 * 1024 * 1024;

/** Zstandard at its usual level: a third of the time of deflate, and smaller. */
export function packReport(report: RunReport): Uint8Array {
  return zstdCompressSync(JSON.stringify(report));
}

/** The same without holding up the event loop, for a process that has something else to do. */
export async function packReportInTurns({ results, ...rest }: RunReport): Promise<Uint8Array> {
  const written = await mapInTurns(results, (result) => JSON.stringify(result));
  return promisify(zstdCompress)(`${JSON.stringify(rest).slice(0, -1)},"results":[${written.join(',')}]}`);
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
