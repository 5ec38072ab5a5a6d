import { readFileSync } from 'node:fs';
import type { Rectangle, Size } from 'electron';
import { z } from 'zod';
import { writeFileAtomically } from '../app/write-file-atomically.ts';

export const minimumSize = { width: 900, height: 600 };
const usualSize = { width: 1180, height: 800 };
/** How much of the top edge must lie on a screen for a person to get hold of the window, in device-independent pixels. */
const grip = { width: 120, height: 32 };

const length = z.number().int().min(-100_000).max(100_000);
const schema = z.object({
  x: length,
  y: length,
  width: length.min(1),
  height: length.min(1),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof schema>;

/** Undefined where there is none or it cannot be read: where a window stood is worth no question. */
export function readWindowState(file: string): WindowState | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** A place that could not be kept is no loss worth saying. */
export async function keepWindowState(file: string, state: WindowState): Promise<void> {
  await writeFileAtomically(file, JSON.stringify(schema.parse(state))).catch(() => {});
}

/**
 * Where the window opens: as it stood, if its top edge can still be taken hold of on one of today's screens, else in the
 * middle of the first. Never larger than that screen, and no smaller than the interface needs where the screen has the room.
 */
export function placeWindow(
  state: WindowState | undefined,
  [first, ...others]: readonly [Rectangle, ...Rectangle[]],
): Rectangle {
  const home = state && [first, ...others].find((area) => canBeHeld({ ...state, ...fitSize(state, area) }, area));
  const area = home ?? first;
  const size = fitSize(state ?? usualSize, area);
  if (state && home) return { x: state.x, y: state.y, ...size };
  return {
    x: area.x + Math.round((area.width - size.width) / 2),
    y: area.y + Math.round((area.height - size.height) / 2),
    ...size,
  };
}

function fitSize({ width, height }: Size, area: Size): Size {
  return {
    width: Math.min(Math.max(width, minimumSize.width), area.width),
    height: Math.min(Math.max(height, minimumSize.height), area.height),
  };
}

function canBeHeld(placed: Rectangle, area: Rectangle): boolean {
  const across = Math.min(placed.x + placed.width, area.x + area.width) - Math.max(placed.x, area.x);
  const below = area.y + area.height - placed.y;
  return across >= grip.width && placed.y >= area.y && below >= grip.height;
}
