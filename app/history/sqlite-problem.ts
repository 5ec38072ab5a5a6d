const names: Readonly<Record<number, string>> = {
  1: 'SQLITE_ERROR',
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  26: 'SQLITE_NOTADB',
};

/** SQLite's primary result code of an error of node:sqlite; undefined for other errors. */
function resultCode(error: unknown): number | undefined {
  // The low byte of an extended result code is the primary one.
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;
}

/** A stable word for a failure of the disk or the database, such as `ENOSPC` or `SQLITE_FULL`; never a message. */
export function storeErrorCode(error: unknown): string {
  const code = resultCode(error);
  if (code !== undefined) return names[code] ?? `SQLITE_${code}`;
  return error instanceof Error && 'code' in error && /^[A-Z0-9_]{1,64}$/.test(String(error.code))
    ? String(error.code)
    : 'unknown';
}

/** Whether the file itself is broken, which no waiting and no free space mends. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  // The only JSON the store reads is its own.
  return code === 11 || code === 26 || error instanceof SyntaxError;
}

/** Whether what was asked for does not fit what is in the file: tables or columns that are not there. */
export function isMisfit(error: unknown): boolean {
  return isDamage(error) || resultCode(error) === 1;
}
