/** A cell of the grid. Line 0 holds the headers; column 0 the names. */
export interface GridPlace {
  readonly line: number;
  readonly column: number;
}

interface GridSize {
  readonly lines: number;
  readonly columns: number;
  /** Lines that are seen at once. */
  readonly page: number;
  readonly rightToLeft: boolean;
}

/**
 * Where a key leads (WAI-ARIA APG, grid); undefined for keys that move nothing. The arrows follow what is seen, so left leads
 * to a later column where text runs from right to left.
 */
export function moveFocus(
  place: GridPlace,
  key: string,
  withControl: boolean,
  { lines, columns, page, rightToLeft }: GridSize,
): GridPlace | undefined {
  const { line, column } = place;
  const onwards = rightToLeft ? -1 : 1;
  const to = (newLine: number, newColumn: number): GridPlace => ({
    line: Math.max(0, Math.min(lines - 1, newLine)),
    column: Math.max(0, Math.min(columns - 1, newColumn)),
  });
  switch (key) {
    case 'ArrowUp':
      return to(line - 1, column);
    case 'ArrowDown':
      return to(line + 1, column);
    case 'ArrowLeft':
      return to(line, column - onwards);
    case 'ArrowRight':
      return to(line, column + onwards);
    case 'Home':
      return to(withControl ? 0 : line, 0);
    case 'End':
      return to(withControl ? lines - 1 : line, columns - 1);
    case 'PageUp':
      // The headers are reached with the arrow, not by paging.
      return to(line === 0 ? 0 : Math.max(1, line - page), column);
    case 'PageDown':
      return to(line + page, column);
    default:
      return undefined;
  }
}
