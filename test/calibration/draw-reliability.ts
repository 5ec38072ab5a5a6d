import { scaleLinear, scaleSqrt } from 'd3-scale';
import { line } from 'd3-shape';
import type { Bin } from './statistics.ts';

const width = 560;
const height = 420;
const margin = { top: 20, right: 24, bottom: 52, left: 64 };

const style = `
  .back { fill: #ffffff } .ink { fill: #1f2430 } .grid { stroke: #d9dce3 } .ideal { stroke: #6b7280 }
  .any { fill: #0a6cbd; stroke: #0a6cbd } .whole { fill: none; stroke: #b4540a }
  @media (prefers-color-scheme: dark) {
    .back { fill: #12151c } .ink { fill: #e6e8ee } .grid { stroke: #343a48 } .ideal { stroke: #9aa3b5 }
    .any { fill: #6cb8f5; stroke: #6cb8f5 } .whole { fill: none; stroke: #f0a35e }
  }
  text { font: 13px system-ui, sans-serif } line, circle, path { stroke-width: 1.5 } .ideal { stroke-dasharray: 5 4; fill: none }
`;

/**
 * The share of cases that were so against the mean score, per bin: dots for the whole prefix or a part of it, rings for the whole
 * prefix alone; the larger, the more cases. Plain SVG in light and dark, the same text for the same bins.
 */
export function drawReliability(anyPart: readonly Bin[], whole: readonly Bin[]): string {
  const x = scaleLinear([0, 1], [margin.left, width - margin.right]);
  const y = scaleLinear([0, 1], [height - margin.bottom, margin.top]);
  const radius = scaleSqrt([0, Math.max(1, ...anyPart.map(({ count }) => count))], [2, 11]);
  const at = (value: number) => String(Math.round(value * 10) / 10);
  const ticks = x.ticks(5);
  const grid = ticks.flatMap((tick) => [
    `<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${at(y(0))}" y2="${at(y(1))}"/>`,
    `<line class="grid" x1="${at(x(0))}" x2="${at(x(1))}" y1="${at(y(tick))}" y2="${at(y(tick))}"/>`,
    `<text class="ink" text-anchor="middle" x="${at(x(tick))}" y="${at(y(0) + 24)}">${tick.toFixed(1)}</text>`,
    `<text class="ink" text-anchor="end" x="${at(x(0) - 13)}" y="${at(y(tick) + 4)}">${tick.toFixed(1)}</text>`,
  ]);
  const ideal = line<number>(x, y).digits(1)([0, 1]);
  const dots = (bins: readonly Bin[], kind: 'any' | 'whole') =>
    bins.map(
      ({ meanScore, share, count }) =>
        `<circle class="${kind}" cx="${at(x(meanScore))}" cy="${at(y(share))}" r="${at(radius(count))}"/>`,
    );
  const key = [
    ['any', 'the whole prefix or a part of it'],
    ['whole', 'the whole prefix'],
  ].flatMap(([kind, words], row) => [
    `<circle class="${kind}" cx="${at(x(0) + 18)}" cy="${at(y(1) + 18 + row * 22)}" r="6"/>`,
    `<text class="ink" x="${at(x(0) + 32)}" y="${at(y(1) + 22 + row * 22)}">${words}</text>`,
  ]);
  const middle = at((y(0) + y(1)) / 2);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">How often the range was the cause, by the score given, in simulated cases</title>',
    `<style>${style}</style>`,
    `<rect class="back" width="${width}" height="${height}"/>`,
    ...grid,
    `<path class="ideal" d="${ideal}"/>`,
    ...dots(anyPart, 'any'),
    ...dots(whole, 'whole'),
    ...key,
    `<text class="ink" text-anchor="middle" x="${at((x(0) + x(1)) / 2)}" y="${height - 10}">mean score of the bin</text>`,
    `<text class="ink" text-anchor="middle" transform="translate(16 ${middle}) rotate(-90)">share that was so</text>`,
    '</svg>',
  ].join('\n')}\n`;
}
