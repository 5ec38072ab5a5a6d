import { allScenarios } from '../../lab/scenarios/all-scenarios.ts';
import { letterAudiences, profiles, themes } from '../../model/choices.ts';
import { cloudFindingSchema } from '../../model/cloud.ts';
import { linkSchema, type RangesInfo, type Removal, reportFormatSchema } from '../../model/contract.ts';
import { stepNames } from '../../model/failure.ts';
import { proxyStageSchema, purposeSchema } from '../../model/observation.ts';
import { redactionSchema } from '../../model/report.ts';
import { routeKindSchema } from '../../model/route.ts';
import { type DetectedRoute, routeFormSchema } from '../../model/route-view.ts';
import type { ChangesView } from '../../model/run-view.ts';
import { screens } from '../../model/screens.ts';
import type { TelegramState } from '../../model/telegram-summary.ts';
import { hostColumns } from '../../renderer/screens/aws/arrange-hosts.ts';
import { type NoScore, needs } from '../../renderer/screens/aws/judge-score.ts';
import { gridStates } from '../../renderer/screens/aws/region-grid.ts';
import type { ConnectionKey } from '../../renderer/screens/check/describe-connection.ts';
import type { TimeLeft } from '../../renderer/screens/check/estimate-left.ts';
import { filterNames } from '../../renderer/screens/check/filter-targets.ts';
import type { Answer } from '../../renderer/screens/check/find-answer.ts';
import { stages } from '../../renderer/screens/detail/lay-out-attempts.ts';
import type { DetailState } from '../../renderer/screens/detail/use-target-detail.ts';
import type { Notice } from '../../renderer/store/app-store.ts';

/** All members of a union: one that is forgotten, or that is none, does not compile. */
function all<K extends string>(members: Readonly<Record<K, true>>): readonly string[] {
  return Object.keys(members);
}

const otherPurposes = purposeSchema.options.filter((purpose) => purpose !== 'main');
const switches = ['notify', 'tray', 'startAtLogin', 'updates'];

const headlines = all<Answer['headline']['key']>({
  looking: true,
  checking: true,
  lost: true,
  stopped: true,
  portal: true,
  offline: true,
  nothingGetsOut: true,
  undecided: true,
  failsHere: true,
  failsEverywhere: true,
  throughOnly: true,
  throughOnlyTunnel: true,
  allWork: true,
  someWork: true,
  noneWork: true,
  partWorks: true,
  failsSoFar: true,
  'here.works': true,
  'here.appsOnly': true,
  'here.noMedia': true,
  'here.partly': true,
  'here.webOnly': true,
  'through.works': true,
  'through.appsOnly': true,
  'through.noMedia': true,
  'through.partly': true,
  'through.webOnly': true,
});

const details = all<Answer['details'][number]['key']>({
  soFar: true,
  shownSoFar: true,
  partial: true,
  portalToo: true,
  clock: true,
  currentDead: true,
  'alsoHere.fails': true,
  'alsoHere.works': true,
  'alsoHere.appsOnly': true,
  'alsoHere.noMedia': true,
  'alsoHere.partly': true,
  'alsoHere.webOnly': true,
  'reason.steadier': true,
  'reason.quicker': true,
  services: true,
  servicesThrough: true,
  blocked: true,
  deadRoutes: true,
  addRoute: true,
  telegramUntested: true,
  signIn: true,
  checkCable: true,
});

/** What the code puts into the holes of its keys, by the key with `*` in them; `*.*` is one text with its dots. */
export const keyTables: Readonly<Record<string, readonly string[]>> = {
  'aws.bands.*': cloudFindingSchema.shape.collateral.unwrap().shape.band.options,
  'aws.because.*': needs,
  'aws.columns.*': hostColumns,
  'aws.hypotheses.*': ['down', 'geo', 'hostname', 'address', 'network', 'local'],
  'aws.needs.*': needs,
  'aws.noScore.*': all<NoScore>({ reachable: true, running: true, bypass: true, 'not-judged': true }),
  'aws.shows.*': ['all', 'hit', 'list2018'],
  'aws.sources.*': all<RangesInfo['source']['source']>({
    official: true,
    packaged: true,
    operator: true,
    file: true,
    practice: true,
  }),
  'aws.states.*': gridStates,
  'aws.tabs.*': ['hosts', 'april', 'lookup', 'data'],
  'check.*.*': [...headlines.map((key) => `answer.${key}`), ...details.map((key) => `answerMore.${key}`)],
  'check.changes.recheck.*': all<NonNullable<ChangesView['recheck']>['state']>({ waiting: true, running: true }),
  'check.changes.services.*': ['fails', 'works', 'impaired'],
  'check.connection.*': all<ConnectionKey>({
    unknown: true,
    portal: true,
    dead: true,
    open: true,
    tunnel: true,
    noTunnel: true,
    proxy: true,
    noProxy: true,
    clockFast: true,
    clockSlow: true,
    provesNothing: true,
    scanning: true,
    tools: true,
    ipv6Broken: true,
  }),
  'check.filters.*': [...filterNames, 'notYet', 'noEarlier', 'none', 'noneFailing', 'noneAws', 'noneChanged'],
  'check.left.*': all<Exclude<TimeLeft['unit'], 'unknown'>>({ soon: true, seconds: true, minutes: true }),
  'check.profileHints.*': profiles,
  'check.profiles.*': profiles,
  'check.scenarios.*': allScenarios.flatMap(({ id }) => [`${id}.name`, `${id}.summary`]),
  'check.telegram.*': all<TelegramState>({
    works: true,
    'apps-only': true,
    'no-media': true,
    partly: true,
    'web-only': true,
    fails: true,
    untested: true,
  }),
  'detail.*': all<Exclude<DetailState['status'], 'loading' | 'ready'>>({ missing: true, failed: true }),
  'detail.directions.*': ['down', 'up'],
  'detail.purposes.*.name': purposeSchema.options,
  'detail.purposes.*.why': otherPurposes,
  'detail.reached.*': [...proxyStageSchema.options, 'sent'],
  'detail.resolverKinds.*': ['udp', 'doh'],
  'detail.stages.*': stages,
  'detail.steps.*': stepNames,
  'detail.trusts.*': ['public', 'system', 'extra', 'none'],
  'firstRun.*.lead': ['sent', 'seen', 'consent'],
  'firstRun.*.title': ['sent', 'seen', 'consent'],
  'map.*': ['picture', 'table'],
  'notices.*': all<NonNullable<Notice['says']>>({
    copied: true,
    saved: true,
    'preset-saved': true,
    imported: true,
    deleted: true,
    'ranges-updated': true,
  }),
  'rail.*': screens,
  'report.formatHints.*': reportFormatSchema.options,
  'report.formats.*': reportFormatSchema.options,
  'report.letter.audiences.*': letterAudiences,
  'report.levelHints.*': redactionSchema.options,
  'report.levels.*': redactionSchema.options,
  'report.whats.*': all<Removal['what']>({
    'own-address': true,
    'local-address': true,
    interface: true,
    resolver: true,
    'route-endpoint': true,
    'route-label': true,
    'target-query': true,
    header: true,
  }),
  'routes.kindHints.*': routeFormSchema.shape.kind.options,
  'routes.kinds.*': routeKindSchema.options,
  'routes.sources.*': all<DetectedRoute['source']>({ system: true, environment: true, listening: true }),
  'settings.*': switches,
  'settings.*Hint': switches,
  'settings.links.*': linkSchema.options,
  'settings.themes.*': themes,
};

/** The keys a written key stands for: itself, or one for each text of its table. Undefined where it has none. */
export function expandKey(key: string): readonly string[] | undefined {
  if (!key.includes('*')) return [key];
  const [before = '', after = ''] = key.split(/\*(?:\.\*)?/u);
  return keyTables[key]?.map((part) => `${before}${part}${after}`);
}
