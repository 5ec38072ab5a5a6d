export type Point = [x: number, y: number];

/** Half of the gap in a broken link, as a share of the curve. */
const halfGap = 0.035;

/**
 * A horizontal link (d3-shape's: a cubic Bézier whose handles lie half-way) with a gap around `at` (0 to 1 along the curve).
 * @returns the path data of both pieces, and the middle of the gap
 */
export function cutLink(
  source: Point,
  target: Point,
  at: number,
): { readonly pieces: readonly [string, string]; readonly middle: Point } {
  const half = (source[0] + target[0]) / 2;
  const whole: Curve = [source, [half, source[1]], [half, target[1]], target];
  const [before] = split(whole, at - halfGap);
  const [, after] = split(whole, at + halfGap);
  const [upTo] = split(whole, at);
  return { pieces: [draw(before), draw(after)], middle: upTo[3] };
}

type Curve = readonly [Point, Point, Point, Point];

/** De Casteljau's construction. */
function split([a, b, c, d]: Curve, t: number): readonly [Curve, Curve] {
  const ab = between(a, b, t);
  const bc = between(b, c, t);
  const cd = between(c, d, t);
  const abc = between(ab, bc, t);
  const bcd = between(bc, cd, t);
  const middle = between(abc, bcd, t);
  return [
    [a, ab, abc, middle],
    [middle, bcd, cd, d],
  ];
}

function between([ax, ay]: Point, [bx, by]: Point, t: number): Point {
  return [ax + (bx - ax) * t, ay + (by - ay) * t];
}

function draw([a, b, c, d]: Curve): string {
  return `M${a.join(',')}C${b.join(',')},${c.join(',')},${d.join(',')}`;
}
