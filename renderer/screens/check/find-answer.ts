import type { TelegramReason, TelegramState } from '../../../model/telegram-summary.ts';
import { isRunning, type RunState } from '../../store/run-state.ts';
import { countServices } from './count-group.ts';
import { cellFails, cellWorks } from './filter-targets.ts';
import { type Working, workingState } from './working-state.ts';

type Headline =
  | 'looking'
  | 'checking'
  | 'lost'
  | 'stopped'
  | 'portal'
  | 'offline'
  | 'nothingGetsOut'
  | 'undecided'
  | 'failsHere'
  | 'failsSoFar'
  | 'failsEverywhere'
  | 'throughOnly'
  | 'throughOnlyTunnel'
  | 'allWork'
  | 'partWorks'
  | 'someWork'
  | 'noneWork'
  | `here.${Working}`
  | `through.${Working}`;

type Detail =
  | 'soFar'
  | 'shownSoFar'
  | 'partial'
  | 'telegramUntested'
  | 'signIn'
  | 'checkCable'
  | 'portalToo'
  | 'clock'
  | 'currentDead'
  | 'alsoHere.fails'
  | `alsoHere.${Working}`
  | `reason.${Exclude<TelegramReason, 'only-one' | 'works-better' | 'first-of-equals'>}`
  | 'services'
  | 'servicesThrough'
  | 'blocked'
  | 'deadRoutes'
  | 'addRoute';

/** A sentence as data: a key under `check.answer` or `check.answerMore`, and what it needs. */
export interface Sentence<K extends string> {
  readonly key: K;
  /** Ids of the routes it names. */
  readonly routes?: readonly string[];
  readonly values?: Readonly<Record<string, number>>;
}

export interface Answer {
  /** `lit`: a way was found; `dim`: a part of one; `dark`: none; `unsure`: it cannot be said; `busy`: not yet. */
  readonly tone: 'lit' | 'dim' | 'dark' | 'unsure' | 'busy';
  readonly headline: Sentence<Headline>;
  readonly details: readonly Sentence<Detail>[];
  /** The route that is best for Telegram, where one leads there. */
  readonly best?: string;
}

/** Further off than this, certificate errors mean nothing (measurement.md). */
const skewThatMattersMs = 120_000;

/** What these say is true of everything, so there is no more to count. */
const sayNothingOfServices: readonly Headline[] = ['portal', 'offline', 'nothingGetsOut', 'stopped'];

/** The whole run in one sentence and a few more. Says "blocked" only of what was judged so. */
export function findAnswer(run: RunState): Answer {
  if (isRunning(run)) return sayRunning(run);
  if (run.lost) {
    const details: Answer['details'] = run.rows.size > 0 ? [{ key: 'shownSoFar' }] : [];
    return { tone: 'unsure', headline: { key: 'lost' }, details };
  }
  const first = findHeadline(run);
  const details = [...(run.outcome?.partial && first.headline.key !== 'stopped' ? partial : []), ...first.details];
  return {
    ...first,
    details: [...details, ...sayGate(run, first), ...sayServices(run, first), ...sayRoutes(run, first)],
  };
}

const partial: readonly Sentence<Detail>[] = [{ key: 'partial' }];

function sayRunning(run: RunState): Answer {
  if (run.environment === null) return { tone: 'busy', headline: { key: 'looking' }, details: [] };
  const chat = run.plan.targets.filter(({ protocol, telegram }) => protocol === 'mtproto' && !telegram?.media);
  const answering = run.routes.filter((_, place) => chat.some(({ id }) => cellWorks(run.rows.get(id)?.[place])));
  const routes = answering.map(({ id }) => id);
  return {
    tone: 'busy',
    headline: { key: 'checking' },
    details: routes.length === 0 ? [] : [{ key: 'soFar', routes }],
  };
}

function findHeadline(run: RunState): Answer {
  const { outcome, environment, verdicts } = run;
  const cells = [...run.rows.values()].flat();
  const anything = cells.some(cellWorks);
  const telegram = findTelegram(run);
  if (telegram && telegram.tone !== 'dark') return telegram;
  const plain = (tone: Answer['tone'], key: Headline): Answer => ({ tone, headline: { key }, details: [] });
  // What was cut off before its turn is in the report too, as stopped.
  if (outcome?.partial && !anything && !cells.some(cellFails)) return plain('unsure', 'stopped');
  const toDo = (key: Headline, detail: Detail): Answer => ({ ...plain('unsure', key), details: [{ key: detail }] });
  if (environment?.captivePortal) return toDo('portal', 'signIn');
  if (!anything && [...verdicts.values()].some(({ rule }) => rule === 'gate.offline'))
    return toDo('offline', 'checkCable');
  if (!anything && currentIsDead(run)) return toDo('nothingGetsOut', 'checkCable');
  if (telegram) return telegram;
  if (verdicts.size > 0 && [...verdicts.values()].every(({ verdict }) => verdict === 'inconclusive')) {
    return plain('unsure', 'undecided');
  }
  const [here] = countServices(run);
  const values = { ok: here?.ok ?? 0, count: here?.tried ?? 0 };
  if (values.count === 0) return plain('unsure', 'undecided');
  const untested = run.plan.targets.some((target) => target.telegram);
  const details: Answer['details'] = untested ? [{ key: 'telegramUntested' }] : [];
  // What was left out may be just what fails.
  if (outcome?.partial) return { tone: 'unsure', headline: { key: 'partWorks', values }, details };
  const key = values.ok === values.count ? 'allWork' : values.ok === 0 ? 'noneWork' : 'someWork';
  const tone = { allWork: 'lit', someWork: 'dim', noneWork: 'dark' } as const;
  return { tone: tone[key], headline: { key, values }, details };
}

function findTelegram(run: RunState): Answer | undefined {
  const { telegram = null, choice = null } = run.outcome ?? {};
  if (!telegram || telegram.routes.every(({ state }) => state === 'untested')) return undefined;
  const here = telegram.routes[0]?.state ?? 'untested';
  // What was not asked any more might have answered.
  const current = here === 'fails' && brokenOff(run, [0]) ? 'untested' : here;
  if (!choice) {
    if (brokenOff(run, [...run.routes.keys()])) return { tone: 'dark', headline: { key: 'failsSoFar' }, details: [] };
    const tested = telegram.routes.filter(({ state }) => state !== 'untested').length;
    return tested > 1
      ? { tone: 'dark', headline: { key: 'failsEverywhere', values: { count: tested } }, details: [] }
      : { tone: 'dark', headline: { key: 'failsHere' }, details: [] };
  }
  const best = telegram.routes.find(({ routeId }) => routeId === choice.routeId)?.state ?? 'untested';
  const tone = best === 'works' || best === 'apps-only' ? 'lit' : 'dim';
  return { tone, best: choice.routeId, ...sayBest(run, current, best) };
}

/** Whether a run was stopped before all of Telegram was asked over these routes, by their places. */
function brokenOff({ outcome, plan, rows }: RunState, places: readonly number[]): boolean {
  const telegram = plan.targets.filter((target) => target.telegram);
  const open = (state: string | undefined) => state === undefined || state === 'cancelled';
  return outcome?.partial === true && telegram.some(({ id }) => places.some((at) => open(rows.get(id)?.[at]?.state)));
}

/** Telegram over the best route, and over the current connection where that is another. */
function sayBest(run: RunState, current: TelegramState, best: TelegramState): Pick<Answer, 'headline' | 'details'> {
  const { choice } = run.outcome ?? {};
  const state = workingState(best);
  if (!choice || !state) return { headline: { key: 'undecided' }, details: [] };
  const routes = [choice.routeId];
  if (choice.routeId === run.routes[0]?.id) return { headline: { key: `here.${state}` }, details: [] };
  if (current === best) {
    const { reason } = choice;
    const details: Answer['details'] =
      reason === 'steadier' || reason === 'quicker' ? [{ key: `reason.${reason}`, routes }] : [];
    return { headline: { key: `here.${state}` }, details };
  }
  if (state === 'works' && current === 'fails') {
    const key = run.environment?.tunnel.up ? 'throughOnlyTunnel' : 'throughOnly';
    return { headline: { key, routes }, details: [] };
  }
  const lesser = current === 'fails' ? 'fails' : workingState(current);
  const details: Answer['details'] = lesser && !currentIsDead(run) ? [{ key: `alsoHere.${lesser}` }] : [];
  return { headline: { key: `through.${state}`, routes }, details };
}

function currentIsDead({ routes }: RunState): boolean {
  const baseline = routes[0]?.baseline;
  return baseline !== undefined && !baseline.ok && baseline.tried > 0;
}

/** What makes the rest doubtful. */
function sayGate(run: RunState, { headline }: Answer): Sentence<Detail>[] {
  const said: Sentence<Detail>[] = [];
  const { environment } = run;
  if (environment?.captivePortal && headline.key !== 'portal') said.push({ key: 'portalToo' });
  if (Math.abs(environment?.clockSkewMs ?? 0) > skewThatMattersMs) said.push({ key: 'clock' });
  if (currentIsDead(run) && !environment?.captivePortal && !sayNothingOfServices.includes(headline.key)) {
    said.push({ key: 'currentDead' });
  }
  return said;
}

/** How much else works, here and over the route that carries most. */
function sayServices(run: RunState, { headline }: Answer): Sentence<Detail>[] {
  const counts = countServices(run);
  const [here] = counts;
  if (sayNothingOfServices.includes(headline.key) || !here || here.tried === 0) return [];
  const said: Sentence<Detail>[] = [];
  const inHeadline: readonly Headline[] = ['allWork', 'someWork', 'noneWork', 'partWorks'];
  if (!inHeadline.includes(headline.key) && !currentIsDead(run)) {
    said.push({ key: 'services', values: { ok: here.ok, count: here.tried } });
  }
  const most = Math.max(...counts.map(({ ok }) => ok));
  const place = counts.findIndex(({ ok }) => ok === most);
  const [route, count] = [run.routes[place], counts[place]];
  if (route && count && most > here.ok) {
    said.push({ key: 'servicesThrough', routes: [route.id], values: { ok: most, count: count.tried } });
  }
  const roles = new Set(run.plan.targets.filter(({ telegram }) => telegram).map(({ id }) => id));
  const blocked = [...run.verdicts.values()].filter(
    ({ targetId, verdict }) => verdict === 'blocked' && !roles.has(targetId),
  );
  if (blocked.length > 0) said.push({ key: 'blocked', values: { count: blocked.length } });
  return said;
}

function sayRoutes(run: RunState, { headline }: Answer): Sentence<Detail>[] {
  if (sayNothingOfServices.includes(headline.key)) return [];
  const said: Sentence<Detail>[] = [];
  const dead = run.routes.slice(1).filter(({ baseline }) => !baseline.ok && baseline.tried > 0);
  if (dead.length > 0) {
    said.push({ key: 'deadRoutes', routes: dead.map(({ id }) => id), values: { count: dead.length } });
  }
  const alone = [...run.verdicts.values()].some(({ next }) => next.includes('add-a-route'));
  if (run.routes.length === 1 && alone) said.push({ key: 'addRoute' });
  return said;
}
