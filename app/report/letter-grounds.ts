import { sanitizeText } from '../sanitize-text.ts';
import { sayCollateral } from '../words/say.ts';
import type { LetterKey, Speaker } from '../words/speaker.ts';
import type { LetterFacts } from './letter-facts.ts';

/** Evidence that a sentence of its own says already, with its numbers. */
const saidElsewhere = new Set([
  'baseline-ok',
  'current-failed-twice',
  'no-control',
  'baseline-answers',
  'control-answers',
  'control-fails',
]);

/** How we know: the verdict’s evidence, the baseline, the repeat and the neighbours, in sentences. */
export function sayGrounds(facts: LetterFacts, speaker: Speaker): readonly string[] {
  const { verdict, routes, scored, stance } = facts;
  const [{ route, result }, ...others] = routes;
  const { passed, tried } = route.baseline;
  const evidence = (verdict?.evidence ?? [])
    .filter(({ says }) => !saidElsewhere.has(says))
    .map(({ says }) => speaker.word('evidence', says));
  const besides = claims(stance)
    ? (scored?.collateral?.evidence ?? [])
        .filter((key) => !saidElsewhere.has(key))
        .map((key) => speaker.word('collateral', key))
    : [];
  const hasControl = others.some((other) => other.route.baseline.ok);
  return [
    ...new Set([
      ...(tried > 0 ? [speaker.letter('known-baseline', { passed, count: tried })] : []),
      ...(result === undefined || result.tries === 0 ? [] : [speaker.letter(knownTries(result.tries))]),
      ...(hasControl ? [] : [speaker.letter('known-no-control')]),
      ...[...evidence, ...besides].map(toSentence),
      ...sayNeighbours(facts, speaker),
    ]),
  ];
}

/** A third try is the deep profile's, 20 seconds after the second one or more. */
function knownTries(tries: number): LetterKey {
  if (tries === 1) return 'known-once';
  return tries === 2 ? 'known-repeated' : 'known-repeated-later';
}

/** Only what fails as if it were filtered, or badly, is spoken of together with the range it lives in. */
function claims(stance: LetterFacts['stance']): boolean {
  return stance === 'filtered' || stance === 'impaired';
}

/** Counts alone: some of the neighbours may be what somebody chose to test. */
function sayNeighbours({ report, prefixes }: LetterFacts, speaker: Speaker): readonly string[] {
  return prefixes.flatMap((prefix) => {
    const probes = (report.siblings ?? []).filter((probe) => sanitizeText(probe.prefix, 64) === prefix);
    if (probes.length === 0) return [];
    const failed = probes.filter(({ here, control }) => here === 'failed' && control === 'ok').length;
    const ok = probes.filter(({ here }) => here === 'ok').length;
    return [speaker.letter('known-neighbours', { count: probes.length, prefix, failed, ok })];
  });
}

/** What else it may be, the strongest first, and what makes all of it weaker. */
export function sayOtherwise(facts: LetterFacts, speaker: Speaker): readonly string[] {
  const { scored, stance, verdict, report } = facts;
  const { environment } = report;
  const score =
    claims(stance) && scored?.collateral
      ? [
          speaker.letter('collateral', { said: sayCollateral(scored, speaker) }),
          speaker.letter('strongest-other', { explanation: speaker.word('collateral', scored.collateral.otherwise) }),
        ]
      : [];
  const general: readonly LetterKey[] =
    stance === 'reachable' || stance === 'route-broken'
      ? []
      : [
          ...(verdict?.mechanism === 'dns' ? (['other-resolver'] as const) : []),
          'other-service',
          'other-between',
          'other-own',
        ];
  const caveats: readonly (readonly [LetterKey, boolean])[] = [
    ['caveat-scanning', environment.httpsScanning],
    ['caveat-connects', environment.connectsProveNothing],
    ['caveat-partial', report.partial],
    ['caveat-once', true],
  ];
  return [
    ...score,
    ...general.map((key) => speaker.letter(key)),
    ...caveats.filter(([, holds]) => holds).map(([key]) => speaker.letter(key)),
  ];
}

/** What makes the whole letter one about something else than an internet provider’s line: said beside the result. */
export function reservations({ report, routes }: LetterFacts): readonly LetterKey[] {
  const { kind } = routes[0].route;
  const { tunnel, bypassTools } = report.environment;
  return [
    ...(kind === 'direct' || kind === 'interface' ? [] : ['caveat-proxy' as const]),
    ...(tunnel.up && kind === 'direct' ? ['caveat-tunnel' as const] : []),
    ...(bypassTools.length > 0 ? ['caveat-bypass' as const] : []),
  ];
}

/** Evidence stands as a clause in the tables of words; here it stands alone. */
export function toSentence(text: string): string {
  const first = text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
  return /[.!?。！？؟]$/u.test(first) ? first : `${first}${/\p{Script=Han}$/u.test(first) ? '。' : '.'}`;
}
