import { stat } from 'node:fs/promises';
import { builtInTelegramTargets } from '../../app/built-in-facts.ts';
import { builtInBaselines, groupNames, targetsOfGroup, targetsOfProfile } from '../../app/built-in-targets.ts';
import { dataFolder } from '../../app/data-folder.ts';
import { parseRoute } from '../../app/input/parse-route.ts';
import { collectRoutes, parseRoutesFile, type RouteEntry } from '../../app/input/parse-routes-file.ts';
import { parseTargets } from '../../app/input/parse-targets.ts';
import { readInput } from '../../app/input/read-input.ts';
import { readSavedRoutes } from '../../app/settings/saved-routes.ts';
import { siblingHosts } from '../../app/sibling-hosts.ts';
import type { InterfaceAddress } from '../../engine/network.ts';
import type { DohServer, SiblingHosts } from '../../engine/run/run-input.ts';
import { defaultTimeouts, type Timeouts } from '../../engine/step.ts';
import type { Endpoint } from '../../model/address.ts';
import type { Parsed, Problem } from '../../model/problem.ts';
import { type Profile, profileSchema } from '../../model/report.ts';
import type { Route } from '../../model/route.ts';
import type { Target } from '../../model/target.ts';
import type { Io } from '../io.ts';
import { readCertificates, readChoice, readDns, readDoh, readNumber } from '../read-options.ts';
import type { OutputOptions } from '../report-outputs.ts';

export interface CheckOptions extends OutputOptions {
  readonly targets?: string;
  readonly route: readonly string[];
  readonly routes?: string;
  readonly profile: string;
  readonly dns?: string;
  readonly doh?: string;
  readonly ca?: string;
  readonly ranges?: string;
  readonly baseline?: string;
  readonly connectTimeout?: string;
  readonly concurrency?: string;
  readonly awsReachability?: boolean;
}

export interface PreparedCheck {
  readonly profile: Profile;
  readonly targets: readonly Target[];
  readonly routes: readonly [Route, ...Route[]];
  readonly baselines: readonly Target[];
  readonly dns: Endpoint;
  readonly doh: DohServer;
  readonly extraCertificates: readonly string[];
  readonly timeouts: Timeouts;
  readonly concurrency: number;
  /** In the deep profile. */
  readonly siblings?: SiblingHosts;
}

/**
 * Everything the words and files of `waylight check` say, read and checked to the end before anything is sent; all
 * problems at once, so that nobody mends them one by one.
 */
export async function prepareCheck(
  options: CheckOptions,
  io: Io,
  interfaces: readonly InterfaceAddress[],
): Promise<Parsed<PreparedCheck>> {
  const problems: Problem[] = stdinTwice(options);
  const notices: Problem[] = [];
  const take = <T>(parsed: Parsed<T>): T | undefined => {
    if (!parsed.ok) problems.push(...parsed.problems);
    else notices.push(...parsed.notices);
    return parsed.ok ? parsed.value : undefined;
  };
  if (problems.length > 0) return { ok: false, problems };
  const profile = take(readChoice(options.profile, '--profile', profileSchema.options));
  if (options.awsReachability && profile !== undefined && profile !== 'deep') {
    problems.push({ option: '--aws-reachability', code: 'only-deep' });
  }
  const dns = take(readDns(options.dns));
  const doh = take(readDoh(options.doh));
  const connect = take(
    readNumber(options.connectTimeout, '--connect-timeout', {
      min: 100,
      max: 120_000,
      fallback: defaultTimeouts.connect,
    }),
  );
  const concurrency = take(readNumber(options.concurrency, '--concurrency', { min: 1, max: 256, fallback: 32 }));
  const targets = take(await readTargets(options.targets, profile ?? 'standard', io));
  const routes = take(await readRoutes(options, io, interfaces));
  const baselines = take(await readBaselines(options.baseline, io));
  const extraCertificates = take(await readCa(options.ca, io));
  const [first, ...others] = routes ?? [];
  const complete =
    profile && dns && doh && connect && concurrency && targets && first && baselines && extraCertificates;
  if (problems.length > 0 || !complete) return { ok: false, problems };
  const timeouts = { ...defaultTimeouts, connect };
  const value = {
    profile,
    targets,
    routes: [first, ...others],
    baselines,
    dns,
    doh,
    extraCertificates,
    timeouts,
    concurrency,
    ...(profile === 'deep' ? { siblings: siblingHosts(targets, [], options.awsReachability === true) } : {}),
  } as const;
  return { ok: true, value, notices };
}

const inputs = ['targets', 'routes', 'baseline', 'ca', 'ranges'] as const;

function stdinTwice(options: CheckOptions): Problem[] {
  const [, ...again] = inputs.filter((name) => options[name] === '-');
  return again.map((name) => ({ option: `--${name}`, file: '-', code: 'stdin-twice' }));
}

async function readFileOption<T>(
  option: string,
  file: string,
  io: Io,
  parse: (text: string) => Parsed<T>,
): Promise<Parsed<T>> {
  const read = await readInput(file, io.readStdin);
  const parsed = read.ok ? parse(read.value) : read;
  const name = (problem: Problem): Problem => ({ option, ...problem });
  return parsed.ok
    ? { ...parsed, notices: parsed.notices.map(name) }
    : { ok: false, problems: parsed.problems.map(name) };
}

async function readTargets(words: string | undefined, profile: Profile, io: Io): Promise<Parsed<readonly Target[]>> {
  const dataCentres = builtInTelegramTargets();
  if (words === undefined) return { ok: true, value: targetsOfProfile(profile, dataCentres), notices: [] };
  const names = [...new Set(words.split(',').map((name) => name.trim()))];
  if (names.every((name) => groupNames.includes(name))) {
    return { ok: true, value: names.flatMap((name) => targetsOfGroup(name, dataCentres)), notices: [] };
  }
  const stranger = names.find((name) => !groupNames.includes(name)) ?? '';
  const looksLikeFile = words === '-' || names.length === 1 ? /[./\\-]/.test(words) : false;
  if (!looksLikeFile && !(await exists(words))) {
    const params = { name: stranger, groups: groupNames.join(', ') };
    return { ok: false, problems: [{ option: '--targets', code: 'group-unknown', params }] };
  }
  return readFileOption('--targets', words, io, (text) => parseTargets(text, words));
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function readBaselines(file: string | undefined, io: Io): Promise<Parsed<readonly Target[]>> {
  if (file === undefined) return { ok: true, value: builtInBaselines(), notices: [] };
  return readFileOption('--baseline', file, io, (text) => parseTargets(text, file, { requireExpect: true }));
}

async function readCa(file: string | undefined, io: Io): Promise<Parsed<readonly string[]>> {
  if (file === undefined) return { ok: true, value: [], notices: [] };
  const read = await readFileOption('--ca', file, io, (text) => readCertificates(text, file));
  return read.ok ? { ...read, value: [read.value] } : read;
}

/** --route words first, then the file's; without any, those that are on in the app, after the current connection. */
export async function readRoutes(
  options: Pick<CheckOptions, 'route' | 'routes'>,
  io: Io,
  interfaces: readonly InterfaceAddress[],
): Promise<Parsed<readonly Route[]>> {
  const entries: RouteEntry[] = options.route.map((text, index) => ({
    route: parseRoute(text, index + 1),
    at: options.route.length === 1 ? { option: '--route' } : { option: `--route (number ${index + 1})` },
  }));
  const { routes: file } = options;
  let notices: readonly Problem[] = [];
  if (file !== undefined) {
    const listed = await readFileOption('--routes', file, io, (text) =>
      parseRoutesFile(text, file, entries.length + 1),
    );
    if (!listed.ok) return listed;
    notices = listed.notices;
    entries.push(...listed.value.map(({ route, at }) => ({ route, at: { option: '--routes', ...at } })));
  }
  if (entries.length === 0) {
    const saved = await readSavedRoutes(dataFolder(io.env));
    const placed = saved.routes.map((route) => ({ route: pass(route), at: { field: route.label } }));
    // A VPN that is not up today is no reason to refuse the rest.
    const usable = placed.map((entry) => requireInterface(entry, interfaces));
    const gone = usable.flatMap(({ route, at }) =>
      route.ok ? [] : route.problems.map((item) => ({ ...item, ...at })),
    );
    notices = [...notices, ...saved.notices, ...gone];
    entries.push(...usable.filter(({ route }) => route.ok));
  }
  const routes = collectRoutes(entries.map((entry) => requireInterface(entry, interfaces)));
  return routes.ok ? { ...routes, notices: [...notices, ...routes.notices] } : routes;
}

function pass<T>(value: T): Parsed<T> {
  return { ok: true, value, notices: [] };
}

function requireInterface(entry: RouteEntry, interfaces: readonly InterfaceAddress[]): RouteEntry {
  const route = entry.route.ok ? entry.route.value : undefined;
  if (route?.kind !== 'interface' || interfaces.some(({ name }) => name === route.interface)) return entry;
  const problem = { code: 'route-interface-missing', params: { name: route.interface } } as const;
  return { ...entry, route: { ok: false, problems: [problem] } };
}
