import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunReport, reportSchema } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { Verdict } from '../../model/verdict.ts';
import { startIn } from './processes.ts';

/** WAYLIGHT_NETNS_COMMAND names another build to test, such as an installed one. */
const command = process.env.WAYLIGHT_NETNS_COMMAND ?? fileURLToPath(new URL('../../out/waylight.js', import.meta.url));
/** A check that takes longer than the longest job with its repeat and the gate before it is stuck. */
const patience = 90_000;
let checks = 0;

/** A target as a JSON list holds it. */
export interface TargetEntry {
  readonly id: string;
  readonly [key: string]: unknown;
}

/** A web site as a target whose id is its name. */
export function webTarget(name: string, rest: Readonly<Record<string, unknown>> = {}): TargetEntry {
  return { id: name, name, group: 'test', url: `https://${name}/`, ...rest };
}

export interface CheckRequest {
  /** Written to a file for `--targets`; without, the profile's own are tested. */
  readonly targets?: readonly TargetEntry[];
  /** Values of `--route`, in order; default none, which is the current connection alone. */
  readonly routes?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A check that has ended. */
export interface Check {
  readonly exitCode: number | null;
  /** Both streams as the person saw them. */
  readonly output: string;
  /** Wall-clock milliseconds from start to end. */
  readonly ms: number;
  readonly report: RunReport;
  /** The report's own bytes. */
  readonly reportText: string;
  /** Throws, with what the program said, when there is none. */
  verdict(targetId: string): Verdict;
  result(targetId: string, routeId: string): Result;
  /** Why the verdict is what it is, for the message of an assertion that failed. */
  explain(targetId: string): string;
}

export interface StartedCheck {
  /** The process under test itself. */
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
  /** Resolves when it first wrote something to either stream: from then on it is awake. */
  readonly firstWords: Promise<void>;
  /** Rejects when it wrote no valid report or did not end within 90 s. */
  readonly finished: Promise<Check>;
}

/** Nothing of this machine's own settings may reach the program: neither proxies nor a user's history. */
function cleanEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CACHE_HOME: folder,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
  };
}

/** Starts `waylight check` in a namespace, its report in a file of `place.folder`. */
export function startCheck(
  place: { readonly namespace: string; readonly folder: string; readonly ca: string },
  request: CheckRequest,
): StartedCheck {
  const stem = join(place.folder, `check-${checks++}`);
  if (request.targets) writeFileSync(`${stem}-targets.json`, JSON.stringify(request.targets));
  const words = [
    'check',
    ...(request.targets ? ['--targets', `${stem}-targets.json`] : []),
    ...(request.routes ?? []).flatMap((route) => ['--route', route]),
    ...['--ca', place.ca, '--json', `${stem}.json`, '--no-history'],
    ...(request.args ?? []),
  ];
  const startedAt = performance.now();
  const env = { ...cleanEnvironment(place.folder), ...request.env };
  const { child, pid, output } = startIn(place.namespace, process.execPath, [command, ...words], { env });
  const firstWords = new Promise<void>((resolve) => {
    for (const event of ['data', 'close']) child.stderr?.once(event, () => resolve());
    child.stdout?.once('data', () => resolve());
  });
  const finished = new Promise<Check>((resolve, reject) => {
    const impatience = setTimeout(() => child.kill('SIGKILL'), patience);
    child.once('close', (exitCode) => {
      clearTimeout(impatience);
      try {
        resolve(readCheck(`${stem}.json`, exitCode, output(), performance.now() - startedAt));
      } catch (error) {
        reject(new Error(`waylight ${words.join(' ')} ended with ${exitCode}:\n${output()}`, { cause: error }));
      }
    });
  });
  return { pid, signal: (name) => void child.kill(name), firstWords, finished };
}

/** WAYLIGHT_NETNS_KEEP names a folder to copy every report to, for a look afterwards. */
function keep(text: string): void {
  const folder = process.env.WAYLIGHT_NETNS_KEEP;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${process.pid}-${Date.now()}.json`), text);
}

function readCheck(file: string, exitCode: number | null, output: string, ms: number): Check {
  if (!existsSync(file)) throw new Error('no report was written');
  const reportText = readFileSync(file, 'utf8');
  keep(reportText);
  const report = reportSchema.parse(JSON.parse(reportText));
  const find = <T>(what: string, found: T | undefined): T => {
    if (found === undefined) throw new Error(`the report has no ${what}:\n${output}`);
    return found;
  };
  return {
    exitCode,
    output,
    ms,
    report,
    reportText,
    verdict: (id) =>
      find(
        `verdict on ${id}`,
        report.verdicts.find((verdict) => verdict.targetId === id),
      ),
    result: (id, route) =>
      find(
        `result of ${id} over ${route}`,
        report.results.find((result) => result.targetId === id && result.routeId === route),
      ),
    explain: (id) => explain(report, id),
  };
}

function explain(report: RunReport, targetId: string): string {
  const routes = report.routes.map(({ id, baseline, failure }) => ({ id, baseline, failure }));
  const results = report.results
    .filter((result) => result.targetId === targetId)
    .flatMap(({ routeId, state, failure, observations }) => [
      `${routeId}: ${state} ${JSON.stringify(failure ?? '')}`,
      ...observations.map((observation) => `    ${JSON.stringify(observation)}`),
    ]);
  const verdict = report.verdicts.find((entry) => entry.targetId === targetId);
  return [
    JSON.stringify(verdict, null, 1),
    JSON.stringify(report.environment),
    JSON.stringify(routes),
    ...results,
  ].join('\n');
}
