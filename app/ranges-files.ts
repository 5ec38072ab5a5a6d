import { join } from 'node:path';

/** Where the address tables are. @param programFolder holds the built program, `out/` in a checkout. */
export function rangesFilesIn(
  dataFolder: string,
  programFolder: string,
): { readonly cacheFile: string; readonly packagedFile: string; readonly asnFile: string } {
  return {
    cacheFile: join(dataFolder, 'ip-ranges.json'),
    packagedFile: join(programFolder, 'ranges', 'ip-ranges.json.gz'),
    asnFile: join(programFolder, 'ranges', 'asn.bin'),
  };
}
