import type {
  TelegramChoice,
  TelegramReason,
  TelegramRouteSummary,
  TelegramState,
  TelegramSummary,
} from '../model/telegram-summary.ts';

/** How much of Telegram one has; absent where nobody would call it working. */
const ranks: Readonly<Partial<Record<TelegramState, number>>> = {
  works: 5,
  'apps-only': 4,
  'no-media': 3,
  partly: 2,
  'web-only': 1,
};

/** Milliseconds that decide nothing: the next ping may differ as much. */
const samePingMs = 5;

/**
 * The best route for Telegram: by what works over it, then by steadiness (share of endpoints that answer, targets that
 * needed a second try), then by ping. Among equals the first, so the current connection before any proxy. Undefined where
 * Telegram works over none.
 */
export function chooseTelegramRoute({ routes }: TelegramSummary): TelegramChoice | undefined {
  const working = routes.filter(({ state }) => ranks[state] !== undefined);
  const rankOf = ({ state }: TelegramRouteSummary) => ranks[state] ?? 0;
  const questions: readonly (readonly [TelegramReason, (routes: readonly TelegramRouteSummary[]) => typeof routes])[] =
    [
      ['works-better', (left) => highest(left, rankOf, 0)],
      ['steadier', (left) => highest(left, shareAnswering, 0.05)],
      ['steadier', (left) => highest(left, ({ retried }) => -retried, 0)],
      ['quicker', (left) => highest(left, ({ pingMs = Number.POSITIVE_INFINITY }) => -pingMs, samePingMs)],
    ];
  let left: readonly TelegramRouteSummary[] = working;
  let reason: TelegramReason = working.length === 1 ? 'only-one' : 'first-of-equals';
  for (const [name, narrow] of questions) {
    if (left.length < 2) break;
    const best = narrow(left);
    if (best.length < left.length) reason = name;
    left = best;
  }
  const [best] = left;
  if (!best) return undefined;
  return { routeId: best.routeId, reason, ...(best.pingMs === undefined ? {} : { pingMs: best.pingMs }) };
}

/** Those within `tolerance` of the highest value. */
function highest(
  routes: readonly TelegramRouteSummary[],
  measure: (route: TelegramRouteSummary) => number,
  tolerance: number,
): readonly TelegramRouteSummary[] {
  const top = Math.max(...routes.map(measure));
  return routes.filter((route) => top - measure(route) <= tolerance || measure(route) === top);
}

function shareAnswering({ groups }: TelegramRouteSummary): number {
  const ok = groups.reduce((sum, group) => sum + group.ok, 0);
  const tried = groups.reduce((sum, group) => sum + group.tried, 0);
  return tried === 0 ? 0 : ok / tried;
}
