import type { Parsed } from '../../model/problem.ts';

/** Time series of one monitor at most, so that no list of targets ever floods the Prometheus of an organisation. */
export const mostSeries = 100_000;

/** Of a target over a route: its state, whether it is ok, its duration; and its steps. */
const perCell = 3;
const steps = 5;
/** Of a target: verdict, score, band, changes. */
const perTarget = 4;
const perRoute = 2;
const ofMonitor = 10;

/**
 * Whether so many targets and routes fit, and with or without step times, before anything is measured: the most series that
 * they can come to.
 */
export function planSeries(targets: number, routes: number): Parsed<{ readonly withSteps: boolean }> {
  const countSeries = (ofCell: number) =>
    targets * routes * ofCell + targets * perTarget + routes * perRoute + ofMonitor;
  const params = { targets, routes, most: mostSeries };
  if (countSeries(perCell + steps) <= mostSeries) return { ok: true, value: { withSteps: true }, notices: [] };
  const without = countSeries(perCell);
  return without <= mostSeries
    ? { ok: true, value: { withSteps: false }, notices: [{ code: 'series-without-steps', params }] }
    : { ok: false, problems: [{ code: 'series-too-many', params: { ...params, series: without } }] };
}
