import { type CaseSpec, type Cause, causes } from './create-cases.ts';
import { bands, type PlayedHost } from './play-case.ts';
import { forecastsOf, hasEnough, isElse, type PlayedCase, strongestOf } from './read-calibration.ts';
import { type Bin, brierOfShare, brierScore, countPairs, fillBins } from './statistics.ts';

const causeWords: Readonly<Record<Cause, string>> = {
  down: 'down',
  geo: 'refuses visitors from here',
  hostname: 'its name is filtered',
  address: 'its one address is blocked',
  network: '**its whole prefix is blocked**',
  part: '**a part of its prefix is blocked**',
  local: 'trouble on this side',
};
const strongest = ['network', 'down', 'geo', 'hostname', 'address', 'local', 'none'] as const;
const binCount = 10;

export const begin = '<!-- calibration: written by `npm run bench -- calibration` -->';
export const end = '<!-- end of calibration -->';

/** The page with the chapter between its two marks replaced. Throws where the marks are missing. */
export function replaceChapter(page: string, chapter: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error('the page has no place for the chapter');
  return `${page.slice(0, from)}${begin}\n\n${chapter}\n${page.slice(to)}`;
}

export function binsOf(cases: readonly PlayedCase[], holdsFor: 'whole' | 'any-part'): readonly Bin[] {
  return fillBins(forecastsOf(cases, holdsFor), binCount);
}

/** The figures of the chapter, as Markdown. */
export function writeChapter(cases: readonly PlayedCase[]): string {
  const subjects = cases.map(({ subject }) => subject);
  const parts = [
    sayFigures(cases),
    'What was so, and the band it got (`none`: no score, see above):',
    table(
      ['cause', ...bands],
      countPairs(
        subjects.map(({ cause, band }) => [cause, band]),
        causes,
        bands,
      ),
    ),
    'What was so, and what stands first: the range (`network`) from a score of .5 on, or else the strongest other explanation:',
    table(
      ['cause', ...strongest],
      countPairs(
        subjects.map((subject) => [subject.cause, strongestOf(subject) as (typeof strongest)[number]]),
        causes,
        strongest,
      ),
    ),
    ...sayWrongs(cases),
    'By score, in tenths; "whole" is the share whose whole prefix was blocked, "any part" counts blocked parts of it too:',
    reliabilityTable(cases),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sayFigures(cases: readonly PlayedCase[]): string {
  const hosts = cases.flatMap((item) => item.hosts);
  const others = hosts.filter(isElse);
  const accused = others.filter(({ band }) => band === 'likely');
  const enough = cases.filter(({ spec }) => spec.cause === 'network' && hasEnough(spec));
  const found = enough.filter(({ subject }) => subject.band === 'likely');
  const brier = (holdsFor: 'whole' | 'any-part') => {
    const forecasts = forecastsOf(cases, holdsFor);
    return `${brierScore(forecasts).toFixed(3)} (always saying the share: ${brierOfShare(forecasts).toFixed(3)})`;
  };
  return [
    `- ${cases.length} cases, in them ${hosts.length} failed hosts on the cloud with a known cause.`,
    `- Wrong accusations, \`likely\` though no range is blocked: ${accused.length} of ${others.length} hosts, ${
      accused.filter(({ host }) => host === 'subject').length
    } of them the host asked about.`,
    `- Whole prefixes blocked, with enough evidence for it in that world (a control that works for the host, its prefix known, two living neighbours or more, no tunnel): ${found.length} of ${enough.length} \`likely\`.`,
    `- Brier score against "the whole prefix is blocked": ${brier('whole')}; against "the whole or a part of it": ${brier('any-part')}. 0 is best.`,
  ].join('\n');
}

function table(head: readonly string[], counts: readonly (readonly number[])[]): string {
  const rows = counts.map((row, at) => [causeWords[causes[at] ?? 'down'], ...row.map((count) => count || '·')]);
  return joinTable(head, rows);
}

function joinTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Every host that the range is not the cause for and that is called `likely` or `possible`, alike ones in one line. */
function sayWrongs(cases: readonly PlayedCase[]): readonly string[] {
  const wrong = cases.flatMap(({ spec, hosts }) =>
    hosts
      .filter((host) => isElse(host) && (host.band === 'likely' || host.band === 'possible'))
      .map((host) => ({ spec, host })),
  );
  if (wrong.length === 0) return [];
  const lines = Map.groupBy(wrong, ({ spec, host }) => `${host.band} ${describe(spec, host)}`);
  const rows = [...lines.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const scores = same.map(({ host }) => host.score ?? 0);
    const range = [...new Set([Math.min(...scores), Math.max(...scores)])].map((score) => score.toFixed(2)).join('–');
    const said = [...new Set(same.map(({ host }) => host.otherwise ?? ''))].sort().join(', ');
    return [[first.host.band, describe(first.spec, first.host), same.length, range, said]];
  });
  return [
    'Every host called `likely` or `possible` though no range is blocked:',
    joinTable(['band', 'what was so', 'hosts', 'score', 'strongest other'], rows),
  ];
}

function describe(spec: CaseSpec, host: PlayedHost): string {
  const own = host.host === 'subject' || host.cause === spec.cause;
  const what = own ? `${host.cause}, ${spec.form}` : `${host.cause}, beside ${spec.cause}, ${spec.form}`;
  const alone = spec.failing + spec.answering === 0 || spec.circumstance.startsWith('one-');
  const beside = alone ? 'no neighbour' : `${spec.answering > 0 ? 'some' : 'no'} neighbours answer`;
  return `${what}; ${spec.control ? 'control' : 'no control'}; ${beside}`;
}

function reliabilityTable(cases: readonly PlayedCase[]): string {
  const whole = binsOf(cases, 'whole');
  const rows = binsOf(cases, 'any-part').map(({ from, to, count, meanScore, share }, at) => [
    `${from.toFixed(1)}–${to.toFixed(1)}`,
    count,
    meanScore.toFixed(2),
    (whole[at]?.share ?? 0).toFixed(2),
    share.toFixed(2),
  ]);
  return joinTable(['score', 'cases', 'mean', 'whole', 'any part'], rows);
}

/** All that was played, one host a line, so that others can reckon with it. */
export function writeHosts(hosts: readonly PlayedHost[]): string {
  const rows = hosts.map(({ caseId, host, cause, score, band, otherwise = '', capped }) =>
    [caseId, host, cause, score?.toFixed(3) ?? '', band, otherwise, capped.join(' ')].join(','),
  );
  return `${['case,host,cause,score,band,otherwise,capped', ...rows].join('\n')}\n`;
}
