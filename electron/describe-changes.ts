import type { ChangeNotice } from '../app/host/ports.ts';
import { sanitizeText } from '../app/sanitize-text.ts';
import { builtInTargets } from '../app/settings/targets-for-run.ts';
import type { ConfirmedChange } from '../model/run-view.ts';
import type { Language } from '../model/settings.ts';
import { type DesktopWords, fillIn } from './desktop-words.ts';

interface Place {
  readonly language: Language;
  readonly now: Date;
}

interface Notice {
  readonly title: string;
  readonly body: string;
}

/** UTF-16 units of a name in a notice. */
const longest = 60;
/** Routes that are named; more are counted. */
const mostRoutes = 3;

const builtIn = new Map(builtInTargets.map((target) => [target.id, target]));

/**
 * Confirmed changes as one notice: one change by its name, its routes and since when, several by their number. A notice is
 * shown on a locked screen too: what a person has added to the list is not named there.
 */
export function describeChanges({ changes, routes }: ChangeNotice, words: DesktopWords, place: Place): Notice {
  const [route, ...otherRoutes] = routes;
  if (route && otherRoutes.length === 0 && changes.length === 0) {
    const title = fillIn(route.to === 'dead' ? words.routeDead : words.routeWorks, { route: sayRoute(route, words) });
    return { title, body: fillIn(words.changedSince, { time: sayTime(route.since, place) }) };
  }
  return (routes.length === 0 ? describeOne(changes, words, place) : undefined) ?? countAll({ changes, routes }, words);
}

/** Undefined where it is more than one piece of news. */
function describeOne(changes: readonly ConfirmedChange[], words: DesktopWords, place: Place): Notice | undefined {
  const [first] = changes;
  const labels = [...new Set(changes.map((change) => sayRoute(change, words)))];
  if (!first || changes.some(({ to }) => to !== first.to) || labels.length > mostRoutes) return undefined;
  const name = nameOf(changes, words);
  if (name === undefined) return undefined;
  const since = changes.map((change) => change.since).sort()[0] ?? first.since;
  return {
    title: fillIn(titleOf(first.to, words), { name }),
    body: fillIn(words.changedWhere, { route: labels.join(', '), time: sayTime(since, place) }),
  };
}

/** Telegram has many servers, which mostly go together. */
function nameOf(changes: readonly ConfirmedChange[], words: DesktopWords): string | undefined {
  const ids = new Set(changes.map(({ targetId }) => targetId));
  const [only] = ids;
  if (ids.size === 1 && only !== undefined) return builtIn.get(only)?.name ?? words.ownTarget;
  const isTelegram = [...ids].every((id) => builtIn.get(id)?.group === 'telegram');
  return isTelegram ? fillIn(words.telegramServers, { count: ids.size }) : undefined;
}

function titleOf(to: ConfirmedChange['to'], words: DesktopWords): string {
  if (to === 'ok') return words.changedWorks;
  return to === 'impaired' ? words.changedImpaired : words.changedFails;
}

/** Each service once, by the worst that happened to it. */
function countAll({ changes, routes }: ChangeNotice, words: DesktopWords): Notice {
  const services = [...Map.groupBy(changes, ({ targetId }) => targetId).values()];
  const worse = services.filter((own) => own.some(({ to }) => to === 'failed')).length;
  const better = services.filter((own) => own.every(({ to }) => to === 'ok')).length;
  const deadRoutes = routes.filter(({ to }) => to === 'dead').length;
  const counts = {
    worse: worse + deadRoutes,
    better: better + routes.length - deadRoutes,
    other: services.length - worse - better,
  };
  return { title: words.changedTitle, body: fillIn(words.changedBody, counts) };
}

/** In this machine's time; with the date where it was another day. */
function sayTime(iso: string, { language, now }: Place): string {
  const time = new Date(iso);
  const isToday = time.toDateString() === now.toDateString();
  return time.toLocaleString(language, { ...(isToday ? {} : { dateStyle: 'medium' }), timeStyle: 'short' });
}

/** A label may come from a list that somebody else wrote. */
function sayRoute({ routeId, label }: Pick<ConfirmedChange, 'routeId' | 'label'>, words: DesktopWords): string {
  return routeId === 'direct' ? words.directRoute : sanitizeText(label, longest);
}
