import { describe, expect, it } from 'vitest';
import type { TelegramState } from '../../../model/telegram-summary.ts';
import english from '../../../renderer/i18n/en.json' with { type: 'json' };
import { type Answer, findAnswer } from '../../../renderer/screens/check/find-answer.ts';
import type { RunState } from '../../../renderer/store/run-state.ts';
import {
  aCell,
  aDataCentre,
  anOutcome,
  aRoute,
  aRun,
  aTarget,
  aTelegram,
  aVerdict,
  calm,
  deadBaseline,
} from '../a-run.ts';

const both = [aRoute('direct'), aRoute('berlin')];
const one = [aDataCentre(1), aTarget('x')];

function telegramRun(
  states: Readonly<Record<string, TelegramState>>,
  choice?: Parameters<typeof aTelegram>[1],
  more: Parameters<typeof aRun>[0] = {},
): RunState {
  return aRun({ routes: both, targets: one, outcome: anOutcome(aTelegram(states, choice)), ...more });
}

const keys = ({ details }: Answer) => details.map(({ key }) => key);

describe('the answer about Telegram', () => {
  it.each<readonly [TelegramState, string, Answer['tone']]>([
    ['works', 'here.works', 'lit'],
    ['apps-only', 'here.appsOnly', 'lit'],
    ['no-media', 'here.noMedia', 'dim'],
    ['partly', 'here.partly', 'dim'],
    ['web-only', 'here.webOnly', 'dim'],
  ])('says what works here: %s', (state, key, tone) => {
    const answer = findAnswer(
      telegramRun({ direct: state, berlin: 'fails' }, { routeId: 'direct', reason: 'only-one' }),
    );
    expect(answer).toMatchObject({ headline: { key }, tone, best: 'direct' });
  });

  it('names the one way that works, and that the current connection does not', () => {
    const answer = findAnswer(
      telegramRun({ direct: 'fails', berlin: 'works' }, { routeId: 'berlin', reason: 'only-one' }),
    );
    expect(answer.headline).toEqual({ key: 'throughOnly', routes: ['berlin'] });
    expect(answer).toMatchObject({ tone: 'lit', best: 'berlin' });
    expect(keys(answer)).not.toContain('alsoHere.fails');
  });

  it('does not call a tunnel direct', () => {
    const environment = { ...calm, tunnel: { up: true, interface: 'wg0' } };
    const run = telegramRun(
      { direct: 'fails', berlin: 'works' },
      { routeId: 'berlin', reason: 'only-one' },
      { environment },
    );
    expect(findAnswer(run).headline.key).toBe('throughOnlyTunnel');
  });

  it.each<readonly [TelegramState, TelegramState, string, string]>([
    ['no-media', 'works', 'through.works', 'alsoHere.noMedia'],
    ['partly', 'works', 'through.works', 'alsoHere.partly'],
    ['web-only', 'works', 'through.works', 'alsoHere.webOnly'],
    ['apps-only', 'works', 'through.works', 'alsoHere.appsOnly'],
    ['fails', 'no-media', 'through.noMedia', 'alsoHere.fails'],
    ['fails', 'partly', 'through.partly', 'alsoHere.fails'],
    ['fails', 'web-only', 'through.webOnly', 'alsoHere.fails'],
    ['partly', 'apps-only', 'through.appsOnly', 'alsoHere.partly'],
  ])('says what the better way adds: %s here, %s there', (here, there, headline, detail) => {
    const answer = findAnswer(
      telegramRun({ direct: here, berlin: there }, { routeId: 'berlin', reason: 'works-better' }),
    );
    expect(answer.headline).toEqual({ key: headline, routes: ['berlin'] });
    expect(keys(answer)).toContain(detail);
  });

  it.each(['quicker', 'steadier'] as const)('keeps to the current connection where another is only %s', (reason) => {
    const answer = findAnswer(telegramRun({ direct: 'works', berlin: 'works' }, { routeId: 'berlin', reason }));
    expect(answer.headline.key).toBe('here.works');
    expect(answer.details[0]).toEqual({ key: `reason.${reason}`, routes: ['berlin'] });
    expect(answer.best).toBe('berlin');
  });

  it('says that it works nowhere, and counts only the routes that were tried', () => {
    const run = telegramRun({ direct: 'fails', berlin: 'fails', third: 'untested' });
    expect(findAnswer(run)).toMatchObject({ tone: 'dark', headline: { key: 'failsEverywhere', values: { count: 2 } } });
  });

  it('says that it does not work here where there is no other route', () => {
    const run = aRun({
      targets: one,
      verdicts: [aVerdict('telegram-dc1', 'inconclusive', { rule: 'control.none', next: ['add-a-route'] })],
      outcome: anOutcome(aTelegram({ direct: 'fails' })),
    });
    const answer = findAnswer(run);
    expect(answer.headline.key).toBe('failsHere');
    expect(keys(answer)).toContain('addRoute');
  });

  it('does not claim that it fails here where it was not tried here', () => {
    const run = telegramRun({ direct: 'untested', berlin: 'works' }, { routeId: 'berlin', reason: 'only-one' });
    const answer = findAnswer(run);
    expect(answer.headline.key).toBe('through.works');
    expect(keys(answer)).not.toContain('alsoHere.fails');
  });

  it('speaks of services where Telegram was not tested at all', () => {
    const run = telegramRun({ direct: 'untested', berlin: 'untested' }, undefined, {
      cells: [aCell('x', 'direct', 'ok')],
    });
    expect(findAnswer(run).headline).toEqual({ key: 'allWork', values: { ok: 1, count: 1 } });
  });
});

describe('the answer where a network lets nothing be judged', () => {
  const failing = [aCell('x', 'direct', 'failed'), aCell('telegram-dc1', 'direct', 'failed')];
  const dead = [aRoute('direct', { baseline: deadBaseline })];

  it('asks to sign in first', () => {
    const run = aRun({
      routes: dead,
      targets: one,
      cells: failing,
      environment: { ...calm, captivePortal: true },
      outcome: anOutcome(aTelegram({ direct: 'fails' })),
    });
    const answer = findAnswer(run);
    expect(answer).toMatchObject({ tone: 'unsure', headline: { key: 'portal' } });
    expect(keys(answer)).toEqual(['signIn']);
  });

  it('still names a way to Telegram behind a sign-in page', () => {
    const run = telegramRun(
      { direct: 'fails', berlin: 'works' },
      { routeId: 'berlin', reason: 'only-one' },
      { environment: { ...calm, captivePortal: true } },
    );
    const answer = findAnswer(run);
    expect(answer.headline.key).toBe('throughOnly');
    expect(keys(answer)).toContain('portalToo');
  });

  it('says that the machine is offline', () => {
    const run = aRun({
      routes: dead,
      targets: one,
      cells: failing,
      verdicts: [aVerdict('x', 'inconclusive', { rule: 'gate.offline' })],
      outcome: anOutcome(aTelegram({ direct: 'fails' })),
    });
    expect(findAnswer(run)).toMatchObject({ tone: 'unsure', headline: { key: 'offline' } });
    expect(keys(findAnswer(run))).toEqual(['checkCable']);
  });

  it('says that nothing gets out where not even neutral sites answer', () => {
    const run = aRun({
      routes: dead,
      targets: one,
      cells: failing,
      verdicts: [aVerdict('x', 'inconclusive', { rule: 'gate.baseline-dead' })],
      outcome: anOutcome(aTelegram({ direct: 'fails' })),
    });
    expect(findAnswer(run).headline.key).toBe('nothingGetsOut');
  });

  it('names the way out of a dead connection without calling anything on it blocked', () => {
    const run = telegramRun(
      { direct: 'fails', berlin: 'works' },
      { routeId: 'berlin', reason: 'only-one' },
      { routes: [aRoute('direct', { baseline: deadBaseline }), aRoute('berlin')], cells: [aCell('x', 'berlin', 'ok')] },
    );
    const answer = findAnswer(run);
    expect(answer.headline.key).toBe('throughOnly');
    expect(keys(answer)).toContain('currentDead');
    expect(keys(answer)).not.toContain('services');
  });

  it('says that nothing can be judged', () => {
    const run = aRun({
      targets: [aTarget('x')],
      cells: [aCell('x', 'direct', 'failed')],
      verdicts: [aVerdict('x', 'inconclusive', { rule: 'control.none', next: ['add-a-route'] })],
      outcome: anOutcome(),
    });
    expect(findAnswer(run)).toMatchObject({ tone: 'unsure', headline: { key: 'undecided' } });
    expect(keys(findAnswer(run))).toContain('addRoute');
  });

  it('warns of a wrong clock', () => {
    const run = telegramRun(
      { direct: 'works', berlin: 'fails' },
      { routeId: 'direct', reason: 'only-one' },
      { environment: { ...calm, clockSkewMs: -180_000 } },
    );
    expect(keys(findAnswer(run))).toContain('clock');
  });
});

describe('the answer about services', () => {
  const targets = [aTarget('a'), aTarget('b'), aTarget('c'), aDataCentre(1)];

  it.each<readonly [readonly ('ok' | 'failed')[], string, Answer['tone']]>([
    [['ok', 'ok', 'ok'], 'allWork', 'lit'],
    [['ok', 'failed', 'ok'], 'someWork', 'dim'],
    [['failed', 'failed', 'failed'], 'noneWork', 'dark'],
  ])('counts what works here: %j', (states, key, tone) => {
    const cells = states.map((state, index) => aCell(targets[index]?.id ?? '', 'direct', state));
    const verdicts = states.map((state, index) =>
      aVerdict(targets[index]?.id ?? '', state === 'ok' ? 'reachable' : 'down'),
    );
    const answer = findAnswer(aRun({ targets, cells, verdicts, outcome: anOutcome() }));
    const ok = states.filter((state) => state === 'ok').length;
    expect(answer).toMatchObject({ tone, headline: { key, values: { ok, count: 3 } } });
  });

  it('counts what is skipped for nothing, and a second try that went through as working', () => {
    const cells = [
      aCell('a', 'direct', 'skipped', { detail: 'not-carried' }),
      aCell('b', 'direct', 'impaired', { tries: 2 }),
      aCell('c', 'direct', 'cancelled'),
    ];
    const answer = findAnswer(aRun({ targets, cells, outcome: anOutcome() }));
    expect(answer.headline).toEqual({ key: 'allWork', values: { ok: 1, count: 1 } });
  });

  it('names the route that carries more, what is judged blocked, and what carries nothing', () => {
    const routes = [...both, aRoute('gone', { baseline: deadBaseline })];
    const cells = [
      aCell('a', 'direct', 'ok'),
      aCell('b', 'direct', 'failed'),
      aCell('c', 'direct', 'failed'),
      aCell('a', 'berlin', 'ok'),
      aCell('b', 'berlin', 'ok'),
      aCell('c', 'berlin', 'failed'),
    ];
    const verdicts = [
      aVerdict('a', 'reachable'),
      aVerdict('b', 'blocked', { rule: 'ip.timeout', mechanism: 'ip' }),
      aVerdict('c', 'likely-blocked', { rule: 'tls.sni.reset' }),
      aVerdict('telegram-dc1', 'blocked', { rule: 'ip.timeout' }),
    ];
    const outcome = anOutcome(
      aTelegram({ direct: 'fails', berlin: 'works', gone: 'fails' }, { routeId: 'berlin', reason: 'only-one' }),
    );
    expect(findAnswer(aRun({ routes, targets, cells, verdicts, outcome })).details).toEqual([
      { key: 'services', values: { ok: 1, count: 3 } },
      { key: 'servicesThrough', routes: ['berlin'], values: { ok: 2, count: 3 } },
      { key: 'blocked', values: { count: 1 } },
      { key: 'deadRoutes', routes: ['gone'], values: { count: 1 } },
    ]);
  });
});

describe('the answer of a run that is not whole', () => {
  it('looks at the connection first, then checks, and says who answers so far', () => {
    expect(findAnswer(aRun({ environment: null })).headline.key).toBe('looking');
    const cells = [aCell('telegram-dc1', 'berlin', 'ok'), aCell('telegram-dc1', 'direct', 'failed')];
    const answer = findAnswer(aRun({ routes: both, targets: one, cells }));
    expect(answer).toEqual({
      tone: 'busy',
      headline: { key: 'checking' },
      details: [{ key: 'soFar', routes: ['berlin'] }],
    });
  });

  it('does not take media or a web page for Telegram so far', () => {
    const targets = [aDataCentre(2, true), aTarget('telegram-web', { group: 'telegram' })];
    const cells = [aCell('telegram-dc2-media', 'berlin', 'ok'), aCell('telegram-web', 'berlin', 'ok')];
    expect(findAnswer(aRun({ routes: both, targets, cells })).details).toEqual([]);
  });

  it('says that a run was lost, and claims nothing of what it had', () => {
    const run = aRun({ targets: one, cells: [aCell('x', 'direct', 'failed')], lost: true });
    expect(findAnswer(run)).toEqual({
      tone: 'unsure',
      headline: { key: 'lost' },
      details: [{ key: 'shownSoFar' }],
    });
    expect(findAnswer(aRun({ targets: one, lost: true })).details).toEqual([]);
  });

  it('says first that it is only a part', () => {
    const outcome = anOutcome({
      ...aTelegram({ direct: 'works' }, { routeId: 'direct', reason: 'only-one' }),
      partial: true,
    });
    expect(keys(findAnswer(aRun({ targets: one, outcome })))[0]).toBe('partial');
  });

  it('lights nothing where Telegram was not reached, however much else works', () => {
    const outcome = anOutcome({ ...aTelegram({ direct: 'untested' }), partial: true });
    const answer = findAnswer(aRun({ targets: one, cells: [aCell('x', 'direct', 'ok')], outcome }));
    expect(answer).toMatchObject({ tone: 'unsure', headline: { key: 'partWorks', values: { ok: 1, count: 1 } } });
    expect(keys(answer)).toEqual(['partial', 'telegramUntested']);
  });

  it('does not call Telegram dead where a part of it was not asked any more', () => {
    const targets = [aDataCentre(1), aDataCentre(2)];
    const cells = [aCell('telegram-dc1', 'direct', 'failed'), aCell('telegram-dc2', 'direct', 'cancelled')];
    const outcome = anOutcome({ ...aTelegram({ direct: 'fails' }), partial: true });
    expect(findAnswer(aRun({ targets, cells, outcome })).headline.key).toBe('failsSoFar');
    const whole = [aCell('telegram-dc1', 'direct', 'failed'), aCell('telegram-dc2', 'direct', 'failed')];
    expect(findAnswer(aRun({ targets, cells: whole, outcome })).headline.key).toBe('failsHere');
  });

  it('says only what works where the current connection was not asked to the end', () => {
    const cells = [aCell('telegram-dc1', 'direct', 'cancelled'), aCell('telegram-dc1', 'berlin', 'ok')];
    const telegram = aTelegram({ direct: 'fails', berlin: 'works' }, { routeId: 'berlin', reason: 'only-one' });
    const run = aRun({ routes: both, targets: one, cells, outcome: anOutcome({ ...telegram, partial: true }) });
    const answer = findAnswer(run);
    expect(answer.headline).toEqual({ key: 'through.works', routes: ['berlin'] });
    expect(keys(answer)).not.toContain('alsoHere.fails');
  });

  it('says that nothing was tested where it was stopped at once', () => {
    const answer = findAnswer(aRun({ targets: one, outcome: anOutcome({ partial: true }) }));
    expect(answer).toMatchObject({ headline: { key: 'stopped' }, details: [] });
  });

  it('takes what was cut off before its turn for nothing tested', () => {
    const cells = [aCell('x', 'direct', 'cancelled'), aCell('telegram-dc1', 'direct', 'cancelled')];
    const outcome = anOutcome({ ...aTelegram({ direct: 'untested' }), partial: true });
    expect(findAnswer(aRun({ targets: one, cells, outcome })).headline.key).toBe('stopped');
  });
});

describe('the words of the answer', () => {
  const at = (root: object, path: string): unknown =>
    path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], root);
  const says = (root: object, path: string) =>
    typeof at(root, path) === 'string' || typeof at(root, `${path}_other`) === 'string';

  const states: TelegramState[] = ['works', 'apps-only', 'no-media', 'partly', 'web-only', 'fails', 'untested'];
  const pairs = states.flatMap((here) => states.map((there) => [here, there] as const));

  it.each(pairs)('has a sentence for %s here and %s there, whichever is best', (here, there) => {
    for (const [routeId, best] of [['direct', here] as const, ['berlin', there] as const]) {
      const reason = here === there ? 'quicker' : 'works-better';
      const choice = best === 'fails' || best === 'untested' ? undefined : ({ routeId, reason } as const);
      const { headline, details } = findAnswer(telegramRun({ direct: here, berlin: there }, choice));
      expect(says(english.check.answer, headline.key), headline.key).toBe(true);
      for (const { key } of details) expect(says(english.check.answerMore, key), key).toBe(true);
    }
  });
});
