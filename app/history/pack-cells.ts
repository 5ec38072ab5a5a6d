/** Outcomes are numbered from 1; 0 is a cell of which nothing is known. Three bytes last for 16 million outcomes. */
const bytesPerCell = 3;

/** Numbers of outcomes, low byte first. */
export function packCells(ids: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(ids.length * bytesPerCell);
  for (const [index, id] of ids.entries()) {
    bytes[index * bytesPerCell] = id;
    bytes[index * bytesPerCell + 1] = id >> 8;
    bytes[index * bytesPerCell + 2] = id >> 16;
  }
  return bytes;
}

/** The number at `index`; 0 past the end. */
export function cellAt(bytes: Uint8Array, index: number): number {
  const at = index * bytesPerCell;
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
}
