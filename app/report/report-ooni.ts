import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import { mapInTurns } from '../map-in-turns.ts';
import { toOoniTestKeys, toSeconds } from './ooni-test-keys.ts';

type Target = RunReport['targets'][number];
type Route = RunReport['routes'][number];

/** Versions of OONI's data formats in the test keys (its df-000-base). */
const extensions = { dnst: 0, httpt: 0, netevents: 0, tcpconnect: 0, tlshandshake: 0 };

const testVersion = '0.1.0';

/** OONI's names of the systems where they are not Node's. */
const platforms: ReadonlyMap<string, string> = new Map([
  ['darwin', 'macos'],
  ['win32', 'windows'],
]);

/**
 * The report as JSON lines in OONI's data format 0.2.0: one measurement per target and route, targets first, each a document of
 * its own. Where the user is stands nowhere; keys of ours begin with `x_`. Nothing sends these anywhere.
 * @param report as it may be shown: redaction is done
 */
export async function writeReportOoni(report: RunReport): Promise<string> {
  const results = new Map(report.results.map((result) => [keyOf(result.targetId, result.routeId), result]));
  const verdicts = new Map(report.verdicts.map((verdict) => [verdict.targetId, verdict]));
  const shared = describeRun(report);
  const pairs = report.targets.flatMap((target) => report.routes.map((route) => ({ target, route })));
  const lines = await mapInTurns(pairs, ({ target, route }) => {
    const result = results.get(keyOf(target.id, route.id));
    // The first route is the one that is judged: said of a route that works, "blocked" would be wrong.
    const verdict = route === report.routes[0] ? verdicts.get(target.id) : undefined;
    return `${toLine(toMeasurement(shared, { target, route, result, verdict }))}\n`;
  });
  return lines.join('');
}

function keyOf(targetId: string, routeId: string): string {
  return `${targetId}\n${routeId}`;
}

/** What JSON allows in a string, but some readers of lines and some terminals do not take for text: C1, U+2028, U+2029. */
const unsafe = /[\u007f-\u009f\u2028\u2029]/g;

function toLine(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What is the same in every measurement of a run. */
function describeRun(report: RunReport) {
  const [system = ''] = report.environment.platform.split(' ');
  const startedAt = Date.parse(report.startedAt);
  return {
    startedAt,
    base: {
      annotations: {
        platform: platforms.get(system) ?? system,
        ...(report.practice && { x_practice: report.practice.scenario }),
      },
      data_format_version: '0.2.0',
      extensions,
      probe_asn: 'AS0',
      probe_cc: 'ZZ',
      probe_ip: '127.0.0.1',
      probe_network_name: '',
      report_id: '',
      resolver_asn: 'AS0',
      resolver_ip: '127.0.0.2',
      resolver_network_name: '',
      software_name: report.software.name,
      software_version: report.software.version,
      test_name: 'waylight',
      test_start_time: toOoniTime(startedAt),
      test_version: testVersion,
    },
    keys: {
      ...(report.practice && { x_practice: report.practice }),
      x_run: report.id,
      x_partial: report.partial,
      x_profile: report.profile,
      x_redaction: report.redaction,
      x_environment: report.environment,
    },
  };
}

interface Case {
  readonly target: Target;
  readonly route: Route;
  readonly result: Result | undefined;
  readonly verdict: RunReport['verdicts'][number] | undefined;
}

function toMeasurement(
  { startedAt, base, keys }: ReturnType<typeof describeRun>,
  { target, route, result, verdict }: Case,
) {
  const observations = result?.observations ?? [];
  const starts = observations.map(({ startMs }) => startMs);
  const startMs = starts.length === 0 ? 0 : Math.min(...starts);
  const endMs = Math.max(startMs, ...observations.map((item) => item.startMs + item.ms));
  return {
    ...base,
    // What answered over a proxy says nothing of this network, even to a reader who knows none of our keys.
    annotations: { ...base.annotations, x_route: route.kind },
    input: toInput(target),
    measurement_start_time: toOoniTime(startedAt + startMs),
    test_runtime: toSeconds(endMs - startMs),
    test_keys: {
      ...toOoniTestKeys(observations, route, startMs),
      ...keys,
      // OONI's time is to the second; t0 and t count from this one.
      x_started_at: new Date(withinYears(startedAt + startMs)).toISOString(),
      x_target: target,
      x_route: route,
      x_state: result?.state ?? 'skipped',
      ...(result?.detail && { x_detail: result.detail }),
      ...(result?.failure && { x_failure: result.failure }),
      ...(verdict && { x_verdict: verdict }),
    },
  };
}

function toInput({ id, url, protocol, host, port }: Target): string {
  if (url !== undefined) return url;
  if (host === undefined || port === undefined) return id;
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A file may hold any number of milliseconds; a year has four digits in OONI's form. */
function withinYears(ms: number): number {
  return Math.min(ms, Date.UTC(9999, 11, 31));
}

/** `2026-08-22 10:00:00`, UTC. */
function toOoniTime(ms: number): string {
  return new Date(withinYears(ms)).toISOString().slice(0, 19).replace('T', ' ');
}
