import type { LetterAudience } from '../../model/choices.ts';
import type { Observation } from '../../model/observation.ts';
import type { RunReport } from '../../model/report.ts';
import type { RouteSummary } from '../../model/route.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { sayResult, sayVerdict } from '../words/say.ts';
import type { LetterKey, Speaker } from '../words/speaker.ts';
import { distinct, operatorName } from './cloud-hosts.ts';
import { sayAsks } from './letter-asks.ts';
import type { LetterFacts, LetterRoute } from './letter-facts.ts';
import { reservations, sayGrounds, sayOtherwise } from './letter-grounds.ts';
import { saySeen, seenAt } from './observation-in-words.ts';

/** A part of a letter, in no markup. */
export type LetterPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'fields'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | {
      readonly kind: 'table';
      readonly label: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };

export interface Letter {
  readonly language: Speaker['language'];
  readonly direction: Speaker['direction'];
  readonly subject: string;
  /** What has to be read before anything else: that this is practice. */
  readonly warning: string | undefined;
  readonly parts: readonly LetterPart[];
  /** What a person has to fill in, brackets and all: words of our own. */
  readonly blanks: readonly string[];
}

const blankKeys = [
  'to-isp',
  'blank-from',
  'blank-answer-to',
  'blank-connection',
  'blank-line',
  'blank-ticket',
] as const satisfies readonly LetterKey[];

/** Rows of what was seen; the rest is counted. */
const mostRows = 14;

/** The letter in words. What a person has to fill in stands in square brackets; nothing is known of them here. */
export function composeLetter(facts: LetterFacts, audience: LetterAudience, speaker: Speaker): Letter {
  const { report, host, stance } = facts;
  const { software } = report;
  const named = { host, software: sanitizeText(software.name, 64), version: sanitizeText(software.version, 32) };
  const text = (key: LetterKey): LetterPart => ({ kind: 'text', text: speaker.letter(key, named) });
  const heading = (key: LetterKey): LetterPart => ({ kind: 'heading', text: speaker.letter(key) });
  const scenario = report.practice && sanitizeText(report.practice.scenario, 64);
  return {
    language: speaker.language,
    direction: speaker.direction,
    subject: speaker.letter(`subject-${stance}`, named),
    blanks: blankKeys.flatMap((key) => speaker.letter(key).match(/\[[^[\]]+\]/g) ?? []),
    warning: scenario === undefined ? undefined : speaker.letter('practice', { scenario }),
    parts: [
      { kind: 'fields', rows: addressFields(facts, audience, speaker) },
      text('opening'),
      heading('heading-result'),
      ...sayOutcome(facts, speaker).map((said): LetterPart => ({ kind: 'text', text: said })),
      heading('heading-host'),
      { kind: 'fields', rows: hostFields(facts, speaker) },
      ...(facts.findings.some(({ list2018 }) => list2018) ? [text('past-2018')] : []),
      heading('heading-seen'),
      ...seenParts(facts, speaker),
      heading('heading-routes'),
      routeTable(facts, speaker),
      ...(facts.routes.some(({ result }) => result?.state === 'ok' || result?.state === 'impaired')
        ? []
        : [text('works-nowhere')]),
      heading('heading-known'),
      { kind: 'list', items: sayGrounds(facts, speaker) },
      heading('heading-otherwise'),
      { kind: 'list', items: sayOtherwise(facts, speaker) },
      heading('heading-asked'),
      { kind: 'list', items: sayAsks(facts, audience, speaker) },
      text('closing'),
      text('blank-from'),
      heading('heading-privacy'),
      text('left-out'),
      text('made'),
    ],
  };
}

/** A name or number keeps its order inside a text that runs the other way, as in the speaker’s own sentences. */
function isolate(text: string, { language }: Speaker): string {
  return language === 'en' || text === '' ? text : `\u2068${text}\u2069`;
}

type Fields = readonly (readonly [string, string])[];

function addressFields({ report, host }: LetterFacts, audience: LetterAudience, speaker: Speaker): Fields {
  const say = (key: LetterKey) => speaker.letter(key);
  const isProvider = audience === 'isp';
  return [
    [say('to'), speaker.letter(`to-${audience}`, { host })],
    [say('from'), say('blank-from')],
    [say('answer-to'), say('blank-answer-to')],
    [say('connection'), say(isProvider ? 'blank-line' : 'blank-connection')],
    ...(isProvider ? [[say('ticket'), say('blank-ticket')] as const] : []),
    [say('report-id'), isolate(sanitizeText(report.id, 64), speaker)],
    [say('tested'), sayWhen(report, speaker)],
  ];
}

function sayWhen({ startedAt, finishedAt }: RunReport, speaker: Speaker): string {
  const second = (iso: string) => iso.slice(0, 19).replace('T', ' ');
  return speaker.letter('tested-at', { from: second(startedAt), to: second(finishedAt) });
}

function sayOutcome(facts: LetterFacts, speaker: Speaker): readonly string[] {
  const { verdict, stance } = facts;
  return [
    verdict === undefined
      ? speaker.letter('no-verdict')
      : speaker.letter('result', { verdict: sayVerdict(verdict, speaker) }),
    speaker.letter(`stance-${stance}`),
    ...(verdict?.verdict === 'likely-blocked'
      ? [speaker.letter('stance-likely', { verdict: speaker.word('verdicts', verdict.verdict) })]
      : []),
    ...reservations(facts).map((key) => speaker.letter(key)),
  ];
}

function hostFields(facts: LetterFacts, speaker: Speaker): Fields {
  const { findings } = facts;
  const line = (key: LetterKey, values: readonly (string | undefined)[]): Fields => {
    const known = distinct(values)
      .slice(0, 6)
      .map((value) => isolate(sanitizeText(value, 96), speaker));
    return known.length === 0 ? [] : [[speaker.letter(key), speaker.list(known)]];
  };
  return [
    ...(facts.name === facts.host ? [] : line('service', [facts.name])),
    ...line('host', [facts.host]),
    ...line('port', [facts.port]),
    ...line('addresses', facts.addresses),
    ...line('prefix', facts.prefixes),
    ...line(
      'operator',
      findings.map(({ operator }) => operatorName(operator)),
    ),
    ...line(
      'region',
      findings.map(({ region }) => region),
    ),
    ...line(
      'cloud-service',
      findings.map(({ service }) => service),
    ),
    ...line(
      'network',
      findings.map(({ asn }) => (asn === undefined ? undefined : `AS${asn}`)),
    ),
  ];
}

function seenParts({ report, seen }: LetterFacts, speaker: Speaker): readonly LetterPart[] {
  if (seen.length === 0) return [{ kind: 'text', text: speaker.letter('seen-none') }];
  const start = Date.parse(report.startedAt);
  const rows = seen
    .slice(0, mostRows)
    .map((item) => [
      isolate(new Date(start + item.startMs).toISOString().slice(11, 19), speaker),
      item.purpose === 'main'
        ? speaker.word('steps', item.step)
        : `${speaker.word('steps', item.step)} (${speaker.say(`purpose-${item.purpose}`)})`,
      isolate(sanitizeText(seenAt(item).place, 96), speaker),
      speaker.list([saySeen(item, speaker), ...sayMore(item, speaker)]),
    ]);
  const label = speaker.letter('heading-seen');
  const head = (['time', 'step', 'place', 'seen'] as const).map((key) => speaker.letter(key));
  const table: LetterPart = { kind: 'table', label, head, rows };
  const left = seen.length - rows.length;
  return left === 0 ? [table] : [table, { kind: 'text', text: speaker.letter('more-seen', { count: left }) }];
}

function sayMore(item: Observation, speaker: Speaker): readonly string[] {
  if (item.step === 'resolve' && item.answers.length > 0) {
    const some = item.answers.slice(0, 4).map(({ address }) => sanitizeText(address, 64));
    return [speaker.letter('answers', { addresses: speaker.list(some) })];
  }
  if (item.step === 'http' && item.status !== undefined) {
    return [speaker.letter('http-status', { status: String(item.status) })];
  }
  return [];
}

function routeTable({ report, routes }: LetterFacts, speaker: Speaker): LetterPart {
  const rows = routes.map(({ route, result }, index) => {
    const { passed, tried } = route.baseline;
    return [
      nameRoute(report, route, index, speaker),
      sayState({ route, result }, speaker),
      result === undefined ? '' : speaker.number(result.tries),
      tried === 0 ? speaker.letter('neutral-none') : speaker.letter('neutral-count', { passed, tried }),
    ];
  });
  const head = (['route', 'outcome', 'tries', 'neutral'] as const).map((key) => speaker.letter(key));
  return { kind: 'table', label: speaker.letter('heading-routes'), head, rows };
}

/** What kind of way it is. Its name and its place are the person’s own. */
function nameRoute(report: RunReport, { kind }: RouteSummary, index: number, speaker: Speaker): string {
  if (index === 0) {
    return speaker.letter(kind === 'direct' && report.environment.tunnel.up ? 'route-own-tunnel' : 'route-own');
  }
  const number = index + 1;
  if (kind === 'direct') return speaker.letter('route-own');
  if (kind === 'interface') return speaker.letter('route-interface', { number });
  return speaker.letter(kind === 'mtproxy' ? 'route-mtproxy' : 'route-proxy', { number });
}

function sayState({ result }: LetterRoute, speaker: Speaker): string {
  const state = result?.state ?? 'skipped';
  return speaker.letter(`state-${state}`, { detail: sayResult(result, speaker) });
}
