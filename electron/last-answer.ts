import { summariseTelegram } from '../app/telegram-summary.ts';
import type { RunReport } from '../model/report.ts';

export const lastAnswers = ['works', 'partly', 'blocked', 'unknown'] as const;
/** What the tray shows of the last check. */
export type LastAnswer = (typeof lastAnswers)[number];

/**
 * The last check in one word. Telegram counts where it was tested, and otherwise all that was: `works` over any route,
 * `partly` where only some of it does. `blocked` only where that is the verdict, because a service that is down, or a
 * network that is, looks the same from here.
 */
export function readLastAnswer(report: RunReport): LastAnswer {
  const telegram = summariseTelegram(report);
  const states = telegram?.routes.map(({ state }) => state).filter((state) => state !== 'untested') ?? [];
  if (telegram && states.length > 0) {
    if (states.includes('works')) return 'works';
    if (states.some((state) => state !== 'fails')) return 'partly';
    return telegram.verdict === 'blocked' ? 'blocked' : 'unknown';
  }
  const { verdicts } = report;
  const working = verdicts.filter(({ workingRoutes }) => workingRoutes.length > 0).length;
  if (working > 0) return working === verdicts.length ? 'works' : 'partly';
  return verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === 'blocked') ? 'blocked' : 'unknown';
}
