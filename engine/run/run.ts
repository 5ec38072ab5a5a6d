import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Environment } from '../../model/environment.ts';
import type { RunEvent } from '../../model/event.ts';
import type { RunReport, SiblingProbe } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';
import type { Verdict } from '../../model/verdict.ts';
import { addCollateral } from '../collateral/add-collateral.ts';
import { type Gate, runGate } from '../gate/run-gate.ts';
import { sawFakeIp } from '../gate/tunnel.ts';
import { type FailedTry, runJob } from '../job/run-job.ts';
import { addLooks, type SecondLooks, takeSecondLook } from '../job/second-look.ts';
import type { Session } from '../job/session.ts';
import { mapInTurns } from '../map-in-turns.ts';
import { findCloud } from './find-cloud.ts';
import { judgeRow, standsAlone } from './judge-rows.ts';
import type { Release } from './limiter.ts';
import { openSession } from './open-session.ts';
import { probeSiblings } from './probe-siblings.ts';
import { readWhitelist } from './read-whitelist.ts';
import { isRepeated, repeatFailure } from './repeat-failure.ts';
import type { Row } from './row.ts';
import type { RunDependencies, RunInput, RunOptions } from './run-input.ts';
import { timeTransfers } from './time-transfers.ts';

/** An event without what the run itself adds. */
type Said = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'runId' | 'seq'> : never) : never;
type Say = (event: Said) => void;

/** One run under way. */
interface Course {
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly say: Say;
  readonly gate: Promise<Gate>;
  readonly verdicts: Map<string, Verdict>;
  /** A deep check's third tries, which go on while the other jobs do. */
  readonly repeats: Promise<void>[];
  /** Jobs, with those that are to be repeated counted twice, and how many of them have said their result. */
  readonly tally: { done: number; jobs: number };
}

/**
 * Measures every target over every route, judges each target, and reports. Resolves whatever the network does; rejects only
 * for a defect. When the signal aborts it resolves within 100 ms with a partial report that is just as valid.
 *
 * @returns the report, not redacted: it still holds this machine's own addresses
 */
export async function run(input: RunInput, dependencies: RunDependencies, options: RunOptions): Promise<RunReport> {
  const { clock } = dependencies;
  const startedAt = new Date(clock.wall()).toISOString();
  const session = openSession(input, dependencies);
  const { signal } = options;
  let seq = 0;
  const say: Say = (event) => {
    seq += 1;
    options.onEvent({ ...event, runId: input.runId, seq } as RunEvent);
  };
  try {
    const tally = { done: 0, jobs: input.targets.length * input.routes.length };
    say({ type: 'started', jobs: tally.jobs });
    const gate = runGate(session, signal).then((found) => {
      say({ type: 'gate', environment: found.environment, routes: [...found.routes] });
      return found;
    });
    const course: Course = { session, signal, say, gate, verdicts: new Map(), repeats: [], tally };
    const [found, rows] = await Promise.all([gate, measureAll(course)]);
    // The pause before the repeats is what the neighbours are asked in.
    const [siblings] = await Promise.all([probeSiblings(session, found, rows, signal), Promise.all(course.repeats)]);
    await judgeTheRest(course, found, rows);
    say({ type: 'finished', partial: signal.aborted });
    const finishedAt = new Date(clock.wall()).toISOString();
    await nextTurn();
    const report = {
      ...(await conclude(course, found, rows, siblings)),
      startedAt,
      finishedAt,
      partial: signal.aborted,
    };
    await nextTurn();
    return report;
  } finally {
    for (const { doh } of [...session.routes, session.own]) doh.close();
  }
}

/**
 * Feeds the jobs as places become free, a block of targets at a time: over the current connection first, where a failure
 * takes longest to be sure of, and right after that over the other routes, so that conditions match.
 */
async function measureAll(course: Course): Promise<readonly Row[]> {
  const { session } = course;
  const { targets, routes } = session.input;
  const rows: Promise<Row>[] = [];
  const size = 2 * session.input.concurrency;
  for (let from = 0; from < targets.length; from += size) {
    const block = targets.slice(from, from + size).map((target) => openRow(target, routes.length));
    for (const pending of block) {
      const row = finishRow(course, pending);
      row.catch(() => {});
      rows.push(row);
    }
    for (const [index, open] of session.routes.entries()) {
      for (const { target, results, firstFailure } of block) {
        const place = await takePlace(course);
        const options = index === 0 ? { place, onRetry: firstFailure.resolve } : { place };
        const job = runJob(session, { target, open }, course.signal, options).then((result) => {
          if (index === 0 && isRepeated(session, result)) course.tally.jobs += 1;
          sayResult(course, result);
          return result;
        });
        job.then(results[index]?.resolve, results[index]?.reject);
        // Dozens of jobs begun in one turn would keep the event loop from the first ones' answers.
        await nextTurn();
      }
    }
  }
  return Promise.all(rows);
}

function sayResult({ tally, say }: Course, result: Result): void {
  tally.done += 1;
  say({ type: 'result', result, ...tally });
}

/** A target whose results are still to come. */
interface PendingRow {
  readonly target: Target;
  readonly results: readonly PromiseWithResolvers<Result>[];
  readonly firstFailure: PromiseWithResolvers<FailedTry | undefined>;
}

function openRow(target: Target, routes: number): PendingRow {
  const results = Array.from({ length: routes }, () => Promise.withResolvers<Result>());
  return { target, results, firstFailure: Promise.withResolvers<FailedTry | undefined>() };
}

async function takePlace(course: Course): Promise<Release | undefined> {
  try {
    return await course.session.limiter.acquire(['job'], course.signal);
  } catch {
    // Aborted: the job itself says that it was skipped.
    return undefined;
  }
}

/** Second looks begin as soon as the first try has failed, beside the second one, so that they cost no time of their own. */
async function finishRow(course: Course, { target, results: awaited, firstFailure }: PendingRow): Promise<Row> {
  const { session, signal } = course;
  const pending = awaited.map(({ promise }) => promise);
  const [current, ...others] = pending;
  let endedAt = 0;
  Promise.allSettled([current]).then(() => {
    endedAt = session.dependencies.clock.now();
    firstFailure.resolve(undefined);
  });
  const look = async (failed: FailedTry | undefined): Promise<SecondLooks> => {
    if (!failed) return new Map();
    const [controls, gate] = await Promise.all([Promise.all(others), course.gate]);
    return takeSecondLook(session, target, failed, controls, gate, signal);
  };
  const [results, early] = await Promise.all([Promise.all(pending), firstFailure.promise.then(look)]);
  const gate = await course.gate;
  const changed = endedElsewhere(await firstFailure.promise, results[0]);
  const row: Row = { target, results: addLooks(results, early, await look(changed)) };
  if (results[0] && isRepeated(session, results[0])) {
    const repeat = repeatRow(course, gate, row, endedAt);
    repeat.catch(() => {});
    course.repeats.push(repeat);
  } else judgeAlone(course, gate, row);
  return row;
}

/** Nobody is judged between two tries: a verdict that the third one takes back would have accused somebody for 20 seconds. */
async function repeatRow(course: Course, gate: Gate, row: Row, failedAt: number): Promise<void> {
  const { session, signal, tally } = course;
  // On a connection that does not itself work, a third failure tells no more than two.
  const isWorthwhile = gate.baselines[0]?.baseline.ok === true;
  const again = isWorthwhile ? await repeatFailure(session, gate, row, failedAt, signal) : undefined;
  if (again) sayResult(course, again);
  else tally.jobs -= 1;
  judgeAlone(course, gate, row);
}

function judgeAlone(course: Course, gate: Gate, row: Row): void {
  if (standsAlone(course.session, gate, row)) judge(course, gate, row, { whitelist: false });
}

/** The second try, when it failed at another step than the first and so calls for other looks. */
function endedElsewhere(first: FailedTry | undefined, last: Result | undefined): FailedTry | undefined {
  if (last?.state !== 'failed' || !last.failure || first?.failure.step === last.failure.step) return undefined;
  return { failure: last.failure, observations: last.observations };
}

function judge(course: Course, gate: Gate, row: Row, overview: Parameters<typeof judgeRow>[3]): void {
  const verdict = judgeRow(course.session, gate, row, overview);
  course.verdicts.set(row.target.id, verdict);
  course.say({ type: 'verdict', verdict });
}

/** Rows whose verdict needs all the others, or a timed download. */
async function judgeTheRest(course: Course, gate: Gate, rows: readonly Row[]): Promise<void> {
  const { session, signal } = course;
  const neutralRatios = await timeTransfers(session, gate, rows, signal);
  const current = rows.flatMap(({ results }) => results.slice(0, 1));
  const whitelist = gate.baselines[0]?.baseline.ok !== true && readWhitelist(session.input.targets, current);
  for (const row of rows) {
    if (!course.verdicts.has(row.target.id)) judge(course, gate, row, { whitelist, neutralRatios });
  }
}

async function conclude(
  course: Course,
  gate: Gate,
  rows: readonly Row[],
  siblings: readonly SiblingProbe[],
): Promise<Omit<RunReport, 'startedAt' | 'finishedAt' | 'partial'>> {
  const { input, dependencies } = course.session;
  const results = rows.flatMap((row) => row.results);
  const fakeIp = !gate.environment.tunnel.up && results.some(({ observations }) => sawFakeIp(observations));
  const environment: Environment = fakeIp
    ? { ...gate.environment, tunnel: { up: true, sign: 'fake-ip' } }
    : gate.environment;
  const judged = rows.flatMap((row) => {
    const verdict = course.verdicts.get(row.target.id);
    return verdict ? [{ ...row, verdict }] : [];
  });
  const { facts } = dependencies;
  const findings = (await mapInTurns(rows, (row) => findCloud([row.target], row.results, facts))).flat();
  const cloud = await addCollateral(findings, judged, { routes: gate.routes, environment }, siblings);
  return {
    schema: 'waylight.report/1',
    id: input.runId,
    ...(input.practice === undefined ? {} : { practice: { ...input.practice } }),
    software: { ...input.software },
    profile: input.profile,
    redaction: 'none',
    environment,
    ranges: { ...input.ranges },
    routes: [...gate.routes],
    targets: input.targets.map(describeTarget),
    results: [...results],
    verdicts: judged.map(({ verdict }) => verdict),
    cloud: [...cloud],
    ...(siblings.length > 0 ? { siblings: [...siblings] } : {}),
  };
}

/** What a report says of a target. */
export function describeTarget(target: Target): RunReport['targets'][number] {
  const { id, name, group, url, protocol, host, port, telegram } = target;
  const optional = { ...(url === undefined ? {} : { url }), ...(telegram === undefined ? {} : { telegram }) };
  return { id, name, group, protocol, host, port, ...optional };
}
