import { describe, expect, it } from 'vitest';
import { chooseTelegramRoute } from '../../app/choose-telegram-route.ts';
import { summariseTelegram } from '../../app/telegram-summary.ts';
import { aTelegramReport, type Endings, silent, swallowed, why } from '../support/a-telegram-report.ts';

function choose(routes: Readonly<Record<string, Endings>>) {
  const report = aTelegramReport(Object.entries(routes).map(([id, endings]) => ({ id, endings })));
  const summary = summariseTelegram(report);
  return summary && chooseTelegramRoute(summary);
}

const noMedia: Endings = { 'telegram-media': silent };
const oneEndpointLess: Endings = { 'telegram-dc1': { ok: 3, failure: why('connect', 'timeout') } };
const ping = (pingMs: number): Endings => ({ '*': { pingMs } });

describe('chooseTelegramRoute', () => {
  it.each<[string, Readonly<Record<string, Endings>>, object | undefined]>([
    ['nothing works', { direct: { '*': silent }, a: { '*': silent } }, undefined],
    ['one works', { direct: { '*': silent }, a: {} }, { routeId: 'a', reason: 'only-one' }],
    [
      'one has pictures',
      { direct: { ...noMedia, ...ping(1) }, a: ping(900) },
      { routeId: 'a', reason: 'works-better' },
    ],
    [
      'one has more than the web',
      {
        a: {
          '*': {},
          'telegram-dc1': swallowed,
          'telegram-dc2': swallowed,
          'telegram-dc3': swallowed,
          'telegram-media': swallowed,
        },
        b: noMedia,
      },
      { routeId: 'b', reason: 'works-better' },
    ],
    [
      'one answers from more endpoints',
      { a: { ...ping(1), ...oneEndpointLess }, b: ping(300) },
      { routeId: 'b', reason: 'steadier' },
    ],
    [
      'one needs no second try',
      { a: { '*': { tries: 2, pingMs: 1 } }, b: ping(300) },
      { routeId: 'b', reason: 'steadier' },
    ],
    ['one is quicker', { a: ping(300), b: ping(60) }, { routeId: 'b', reason: 'quicker', pingMs: 60 }],
    ['a few milliseconds say nothing', { a: ping(63), b: ping(60) }, { routeId: 'a', reason: 'first-of-equals' }],
    [
      'one answered no second question',
      { a: { '*': { pingMs: Number.POSITIVE_INFINITY } }, b: ping(60) },
      { routeId: 'b', reason: 'quicker' },
    ],
  ])('when %s', (_case, routes, choice) => {
    if (choice === undefined) expect(choose(routes)).toBeUndefined();
    else expect(choose(routes)).toMatchObject(choice);
  });
});
