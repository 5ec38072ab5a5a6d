import type { Failure, FailureKind, Step } from '../../model/failure.ts';
import type { Observation } from '../../model/observation.ts';
import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { RouteKind } from '../../model/route.ts';
import type { Verdict } from '../../model/verdict.ts';
import { sampleReport } from '../app/report/sample-report.ts';

/** How one target ends over one route: endpoints that answer of those tried, or why it fails. */
export interface Ending {
  readonly ok?: number;
  readonly tried?: number;
  readonly failure?: Failure;
  readonly state?: Result['state'];
  readonly pingMs?: number;
  readonly tries?: 1 | 2;
}

export const why = (step: Step, kind: FailureKind, detail?: string): Failure => ({
  step,
  kind,
  ...(detail === undefined ? {} : { detail }),
});
export const silent: Ending = { ok: 0, failure: why('connect', 'timeout') };
export const swallowed: Ending = { ok: 0, failure: why('mtproto', 'timeout') };

/** Endings by target id; `*` for all that are not named. */
export type Endings = Readonly<Record<string, Ending>>;

const targets: RunReport['targets'] = [
  ...[1, 2, 3].map((dc) => ({
    id: `telegram-dc${dc}`,
    name: `Telegram DC ${dc}`,
    group: 'telegram',
    protocol: 'mtproto' as const,
    host: `149.154.175.${dc}`,
    port: 443,
    telegram: { dc, media: false },
  })),
  {
    id: 'telegram-media',
    name: 'Telegram media',
    group: 'telegram',
    protocol: 'mtproto',
    host: '91.105.192.100',
    port: 443,
    telegram: { dc: 203, media: true },
  },
  ...[false, true].flatMap((media) =>
    [1, 2].map((dc) => ({
      id: `telegram-ws${dc}${media ? '-media' : ''}`,
      name: `Telegram WebSocket ${dc}`,
      group: 'telegram',
      protocol: 'websocket' as const,
      url: `wss://kws${dc}${media ? '-1' : ''}.web.telegram.org/apiws`,
      host: `kws${dc}${media ? '-1' : ''}.web.telegram.org`,
      port: 443,
      telegram: { dc, media },
    })),
  ),
  {
    id: 'telegram-web',
    name: 'Telegram Web',
    group: 'telegram',
    protocol: 'https',
    url: 'https://web.telegram.org/',
    host: 'web.telegram.org',
    port: 443,
  },
];

function resultOf(target: RunReport['targets'][number], routeId: string, ending: Ending): Result {
  const { failure, pingMs = 40, tries = 1 } = ending;
  const tried = target.protocol === 'mtproto' ? (ending.tried ?? 6) : 1;
  const ok = ending.ok ?? tried;
  const state = ending.state ?? (failure ? (ok > 0 ? 'impaired' : 'failed') : 'ok');
  const exchange: Observation = {
    id: `${routeId} ${target.id}`,
    purpose: 'main',
    try: 1,
    startMs: 0,
    ms: 1,
    step: 'mtproto',
    port: 443,
    dc: target.telegram?.dc ?? 0,
    transport: 'obfuscated-padded',
    stage: 'resPQ',
    pingMs,
  };
  const ran = state !== 'skipped' && state !== 'cancelled';
  return {
    targetId: target.id,
    routeId,
    state,
    ...(failure ? { failure } : {}),
    ms: {},
    ...(ran ? { endpoints: { tried, ok, failed: tried - ok, skipped: 0 } } : {}),
    tries,
    observations: target.telegram && ok > 0 && ran ? [exchange] : [],
  };
}

export interface RouteEnding {
  readonly id: string;
  readonly kind?: RouteKind;
  readonly endpoint?: string;
  readonly baselineOk?: boolean;
  readonly endings: Endings;
}

/** Three data centres with six endpoints each, a media one, two WebSockets with their twins, and Telegram's page. */
export function aTelegramReport(
  routes: readonly RouteEnding[],
  verdicts: Readonly<Record<string, Partial<Verdict>>> = {},
  only: (id: string) => boolean = () => true,
): RunReport {
  const chosen = targets.filter(({ id }) => only(id));
  return sampleReport({
    environment: { ...sampleReport().environment, tunnel: { up: false } },
    routes: routes.map(({ id, kind = 'direct', endpoint = null, baselineOk = true }) => ({
      id,
      kind,
      label: id,
      endpoint,
      remoteDns: kind !== 'direct',
      baseline: { ok: baselineOk, passed: baselineOk ? 4 : 0, tried: 4 },
    })),
    targets: chosen,
    results: routes.flatMap(({ id, endings }) =>
      chosen.map((target) => resultOf(target, id, endings[target.id] ?? endings['*'] ?? {})),
    ),
    verdicts: chosen.map(({ id }) => ({
      targetId: id,
      verdict: 'reachable',
      rule: 'reachable.current',
      confidence: 'high',
      workingRoutes: [],
      evidence: [],
      next: [],
      ...(verdicts[id] ?? verdicts['*']),
    })),
    cloud: [],
  });
}
