import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JudgeInput, works } from '../../../engine/judge/case.ts';
import { judgeTarget } from '../../../engine/judge/judge-target.ts';
import type { Environment } from '../../../model/environment.ts';
import { failureKinds, stepNames } from '../../../model/failure.ts';
import type { Observation } from '../../../model/observation.ts';
import { observationSchema } from '../../../model/observation.ts';
import { type Result, resultStateSchema } from '../../../model/result.ts';
import { type RouteKind, routeKindSchema } from '../../../model/route.ts';
import { verdictSchema } from '../../../model/verdict.ts';
import {
  aCase,
  aTarget,
  calmEnvironment,
  certificate,
  home,
  name,
  otherCdn,
  plainTarget,
  stranger,
  stub,
  tcpTarget,
  telegram,
} from '../../support/a-case.ts';
import { situations } from './situations.ts';

const addresses = [
  home,
  stranger,
  otherCdn,
  stub,
  '10.1.2.3',
  '0.0.0.0',
  '198.18.0.7',
  '2606:4700::1',
  '64:ff9b::6810:701',
];
const address = fc.constantFrom(...addresses);
const stepOf = fc.constantFrom(...stepNames);
const failureOf = (step: fc.Arbitrary<(typeof stepNames)[number]>) =>
  fc.record(
    {
      step,
      kind: fc.constantFrom(...failureKinds),
      code: fc.constantFrom('403', '451', '503', '5', '2', '-404'),
      detail: fc.constantFrom('status', 'before-hello', 'not-tls', 'transport-error', 'job'),
    },
    { requiredKeys: ['step', 'kind'] },
  );

const purposes = ['main', 'pinned', 'neutral-sni', 'true-address', 'other-port', 'fallback', 'throughput'] as const;
const answerList = fc.array(
  address.map((item) => ({ address: item })),
  { maxLength: 3 },
);
const port = fc.constantFrom(22, 80, 443);
const url = fc.constantFrom(
  `https://${name}/`,
  `http://${name}/`,
  'http://notice.test/',
  'https://notice.test/',
  'https://login.other.test/',
);

const body = fc.oneof(
  fc.record(
    {
      step: fc.constant('resolve' as const),
      resolver: fc.constantFrom('system' as const, 'udp' as const, 'doh' as const),
      name: fc.constantFrom(name, 'login.other.test'),
      answers: answerList,
      laterAnswers: fc.array(answerList, { maxLength: 1 }),
    },
    { requiredKeys: ['step', 'resolver', 'name', 'answers'] },
  ),
  fc.record(
    {
      step: fc.constant('connect' as const),
      peer: fc.constantFrom('target' as const, 'proxy' as const),
      address,
      port,
    },
    { requiredKeys: ['step', 'peer', 'port'] },
  ),
  fc.record({ step: fc.constant('proxy' as const), requested: fc.constant(name), port }),
  fc.record(
    {
      step: fc.constant('tls' as const),
      peer: fc.constantFrom('target' as const, 'proxy' as const),
      address,
      port,
      serverName: fc.constantFrom(name, 'example.com'),
      bytesReceived: fc.constantFrom(0, 7, 3000),
      chain: fc.constantFrom([], [certificate('Public Root')], [certificate('Box')]),
      trust: fc.constantFrom('public' as const, 'system' as const, 'none' as const),
    },
    { requiredKeys: ['step', 'peer', 'port', 'bytesReceived', 'chain'] },
  ),
  fc.record(
    {
      step: fc.constant('http' as const),
      address,
      port,
      url,
      status: fc.constantFrom(200, 302, 403, 451, 503),
      headers: fc.constantFrom({}, { location: 'https://login.other.test/' }, { location: 'nonsense:' }),
      bodyBytes: fc.nat(40_000),
      bodyTruncated: fc.boolean(),
      redirects: fc.array(
        url.map((from) => ({ url: from, status: 302 })),
        { maxLength: 2 },
      ),
      receivedBytes: fc.nat(40_000),
      foreignHost: fc.constant('notice.test'),
    },
    { requiredKeys: ['step', 'port', 'url', 'headers', 'bodyBytes', 'bodyTruncated', 'redirects'] },
  ),
  fc.record(
    {
      step: fc.constant('transfer' as const),
      port,
      direction: fc.constantFrom('down' as const, 'up' as const),
      bytes: fc.nat(300_000),
      chunks: fc.nat(40),
      goodput: fc.nat(1_000_000),
    },
    { requiredKeys: ['step', 'port', 'direction', 'bytes', 'chunks'] },
  ),
  fc.record({
    step: fc.constant('websocket' as const),
    port,
    stage: fc.constantFrom('request' as const, 'open' as const),
  }),
  fc.record({
    step: fc.constant('mtproto' as const),
    address,
    port,
    dc: fc.constant(2),
    transport: fc.constantFrom('obfuscated-padded' as const, 'abridged' as const),
    stage: fc.constantFrom('sent' as const, 'resPQ' as const),
  }),
);

const observation = fc
  .tuple(
    body,
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('main' as const) },
      { weight: 2, arbitrary: fc.constantFrom(...purposes) },
    ),
    fc.constantFrom(1 as const, 2 as const),
    fc.option(failureOf(fc.constant('connect')), { nil: undefined }),
  )
  .map(([drawn, purpose, attempt, failed]) => {
    const failing = failed ? { failure: { ...failed, step: drawn.step } } : {};
    return { ...drawn, ...failing, purpose, try: attempt, id: '', startMs: 0, ms: 1 } as Observation;
  });

const resultParts = fc.record({
  state: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('failed' as const, 'ok' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...resultStateSchema.options) },
  ),
  failure: failureOf(stepOf),
  hasFailure: fc.boolean(),
  tries: fc.constantFrom(1, 2),
  observations: fc.array(observation, { maxLength: 10 }),
});

/** What a job can end as: ok is never with a failure, failed never without one. */
function toResult(routeId: string, parts: typeof resultParts extends fc.Arbitrary<infer T> ? T : never): Result {
  const { state, tries } = parts;
  const failing = state === 'failed' || (state === 'impaired' && parts.hasFailure);
  return {
    targetId: 'service',
    routeId,
    state,
    ...(failing ? { failure: parts.failure } : {}),
    ms: {},
    tries,
    observations: parts.observations.map((item, at) => ({ ...item, id: `${routeId}-${at}` })),
  };
}

const environment: fc.Arbitrary<Partial<Environment>> = fc.record({
  tunnel: fc.constantFrom<Environment['tunnel'][]>({ up: false }, { up: true, interface: 'tun0', sign: 'interface' }),
  captivePortal: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  connectsProveNothing: fc.boolean(),
  ipv6: fc.constantFrom('works' as const, 'broken' as const, 'absent' as const, 'unknown' as const),
  clockSkewMs: fc.constantFrom(null, 0, 3_600_000),
  bypassTools: fc.constantFrom<string[][]>([], ['zapret']),
  httpsScanning: fc.boolean(),
});

const targets = [
  aTarget(),
  aTarget({ home: 'ru' }),
  aTarget({ addresses: [home] }),
  aTarget({ protocol: 'tls' }),
  aTarget({ protocol: 'websocket', url: `wss://${name}/apiws` }),
  aTarget({ expect: { bodyIncludes: 'Success' } }),
  aTarget({ url: `https://${home}/`, host: home }),
  plainTarget,
  tcpTarget,
  telegram,
];

const oftenTrue = fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });
const randomCase: fc.Arbitrary<JudgeInput> = fc
  .record({
    target: fc.constantFrom(...targets),
    current: resultParts,
    baselineOk: oftenTrue,
    controls: fc.array(
      fc.record({ parts: resultParts, kind: fc.constantFrom(...routeKindSchema.options), baselineOk: oftenTrue }),
      { maxLength: 3 },
    ),
    environment,
    offline: oftenTrue.map((often) => !often),
    whitelist: oftenTrue.map((often) => !often),
    interceptingIssuers: fc.constantFrom([], ['Box']),
    neutralRatios: fc.constantFrom(undefined, { down: 0.1 }, { down: 0.9, up: 0.9 }),
  })
  .map(({ current, controls, environment: changed, target, ...rest }) => {
    const shell = aCase({
      target,
      controls: controls.map(({ kind, baselineOk }: { kind: RouteKind; baselineOk: boolean }) => ({
        kind,
        baselineOk,
      })),
      baselineOk: rest.baselineOk,
      environment: { ...calmEnvironment, ...changed },
      offline: rest.offline,
      whitelist: rest.whitelist,
      interceptingIssuers: rest.interceptingIssuers,
      ...(rest.neutralRatios === undefined ? {} : { neutralRatios: rest.neutralRatios }),
    });
    const [direct, ...others] = shell.routes;
    return {
      ...shell,
      results: [
        toResult(direct?.id ?? 'direct', current),
        ...others.flatMap(({ id }, at) => (controls[at] ? [toResult(id, controls[at].parts)] : [])),
      ],
    };
  });

type Results = JudgeInput['results'];

/** Observations of one result of a known situation left out, repeated with others' or joined by random ones. */
const meddling = fc.record({
  keep: fc.array(oftenTrue, { minLength: 12, maxLength: 12 }),
  extra: fc.array(observation, { maxLength: 2 }),
});
const noMeddling = { keep: Array.from({ length: 12 }, () => true), extra: [] };

function meddle(result: Result, { keep, extra }: typeof meddling extends fc.Arbitrary<infer T> ? T : never): Result {
  const kept = result.observations.filter((_, at) => keep[at % keep.length]);
  const observations = [...kept, ...extra].map((item, at) => ({ ...item, id: `${result.routeId}-${at}` }));
  return { ...result, observations };
}

/** A known situation with something changed: random cases alone hardly ever accuse anybody. */
const changedSituation: fc.Arbitrary<JudgeInput> = fc
  .record({
    situation: fc.constantFrom(...situations),
    other: fc.option(fc.constantFrom(...situations), { nil: undefined }),
    changed: fc.option(environment, { nil: undefined }),
    gate: fc.constantFrom({}, {}, {}, { baselineOk: false }, { offline: true }, { whitelist: true }, { controls: [] }),
    meddlings: fc.array(fc.oneof(fc.constant(noMeddling), meddling), { minLength: 4, maxLength: 4 }),
  })
  .map(({ situation, other, changed, gate, meddlings }) => {
    const {
      when: _when,
      rule: _rule,
      verdict: _verdict,
      mechanism: _mechanism,
      confidence: _confidence,
      ...known
    } = situation;
    const controls = other?.controls ? { controls: other.controls } : {};
    const input = aCase({ ...known, ...controls, ...gate });
    const results = input.results.map((result, at) =>
      meddle(result, meddlings[at] ?? noMeddling),
    ) as unknown as Results;
    return {
      ...input,
      results,
      ...(changed ? { environment: { ...calmEnvironment, ...changed } } : {}),
    };
  });

const anyCase = fc.oneof(randomCase, { weight: 2, arbitrary: changedSituation });

const runs = { numRuns: 4000, seed: 20_260_814 };
const healthy = (input: JudgeInput, routeId: string) =>
  input.routes.find(({ id }) => id === routeId)?.baseline.ok === true;
const goodControls = (input: JudgeInput) =>
  input.results.slice(1).filter((result) => healthy(input, result.routeId) && works(input, result));

function isTelling(input: JudgeInput): boolean {
  const mine = input.results[0].observations;
  const neutral = mine.some((item) => item.step === 'tls' && item.purpose === 'neutral-sni' && item.bytesReceived > 0);
  const block = input.results[0].failure?.kind === 'block-page';
  const plain = mine.some((item) => item.step === 'mtproto' && item.purpose === 'fallback' && !item.failure);
  const isStub = mine.some((item) => item.step === 'resolve' && item.answers.some((answer) => answer.address === stub));
  const trueAddress = mine.some((item) => item.step === 'tls' && item.purpose === 'true-address' && !item.failure);
  return neutral || block || plain || isStub || trueAddress;
}

/** The same result with everything but the main observations in another order. */
function shuffleLooks(result: Result, order: readonly number[]): Result {
  const rest = result.observations.filter((item) => item.purpose !== 'main');
  const keyed = rest.map((item, at) => ({ item, key: order[at % Math.max(order.length, 1)] ?? 0 }));
  const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  return { ...result, observations: [...shuffled, ...result.observations.filter((item) => item.purpose === 'main')] };
}

describe('whatever was seen, the judge', () => {
  it('never throws, says only what its schema knows, and cites only what was seen', () => {
    fc.assert(
      fc.property(anyCase, (input) => {
        for (const { observations } of input.results) for (const item of observations) observationSchema.parse(item);
        const verdict = judgeTarget(input);
        verdictSchema.parse(verdict);
        const ids = new Set(input.results.flatMap(({ observations }) => observations.map(({ id }) => id)));
        for (const { observation: id } of verdict.evidence) if (id !== undefined) expect(ids).toContain(id);
        expect(new Set(verdict.evidence.map((item) => JSON.stringify(item))).size).toBe(verdict.evidence.length);
      }),
      runs,
    );
  });

  it('says blocked only with a good baseline here and a control that works on a healthy route', () => {
    let accusations = 0;
    fc.assert(
      fc.property(anyCase, (input) => {
        const verdict = judgeTarget(input);
        if (verdict.verdict !== 'blocked') return;
        accusations += 1;
        expect(goodControls(input).length).toBeGreaterThan(0);
        if (verdict.mechanism !== 'whitelist') expect(healthy(input, 'direct')).toBe(true);
      }),
      runs,
    );
    expect(accusations).toBeGreaterThan(300);
  });

  it('says likely blocked only where the failure itself is telling, and never with a control that works', () => {
    let accusations = 0;
    fc.assert(
      fc.property(anyCase, (input) => {
        const verdict = judgeTarget(input);
        if (verdict.verdict !== 'likely-blocked') return;
        accusations += 1;
        if (verdict.mechanism === 'whitelist') return;
        expect(healthy(input, 'direct')).toBe(true);
        expect(isTelling(input)).toBe(true);
        expect(verdict.confidence).not.toBe('high');
      }),
      runs,
    );
    expect(accusations).toBeGreaterThan(60);
  });

  it('accuses nobody behind a sign-in page or without a network', () => {
    fc.assert(
      fc.property(anyCase, fc.boolean(), (input, portal) => {
        const gated = portal
          ? { ...input, environment: { ...input.environment, captivePortal: true } }
          : { ...input, offline: true };
        expect(['blocked', 'likely-blocked']).not.toContain(judgeTarget(gated).verdict);
      }),
      runs,
    );
  });

  it('accuses nobody for a failure of this machine itself', () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom('local-limit', 'network-down', 'aborted'), (input, kind) => {
        const [current, ...others] = input.results;
        const failed: Result = { ...current, state: 'failed', failure: { step: 'connect', kind } };
        const { verdict } = judgeTarget({ ...input, results: [failed, ...others], whitelist: false });
        expect(verdict).toBe('inconclusive');
      }),
      runs,
    );
  });

  it('says reachable only when the current connection got an answer', () => {
    fc.assert(
      fc.property(anyCase, (input) => {
        const [current] = input.results;
        const { verdict } = judgeTarget(input);
        if (verdict !== 'reachable' && verdict !== 'route-broken') return;
        const refusedByServer = ['http-status', 'not-this-service'].includes(current.failure?.kind ?? '');
        expect(works(input, current) || refusedByServer).toBe(true);
      }),
      runs,
    );
  });

  it('says down only when the current connection and every healthy route fail', () => {
    fc.assert(
      fc.property(anyCase, (input) => {
        if (judgeTarget(input).verdict !== 'down') return;
        const ran = input.results.filter(
          ({ routeId, state }) => healthy(input, routeId) && state !== 'skipped' && state !== 'cancelled',
        );
        expect(ran.length).toBeGreaterThan(1);
        for (const { failure } of ran) expect(failure).toBeDefined();
      }),
      runs,
    );
  });

  it('lists exactly the routes over which it works', () => {
    fc.assert(
      fc.property(anyCase, (input) => {
        const working = input.results.filter((result) => works(input, result)).map(({ routeId }) => routeId);
        expect(judgeTarget(input).workingRoutes).toEqual(working);
      }),
      runs,
    );
  });

  it('judges the same case the same way, in whatever order second looks came in', () => {
    const gist = (input: JudgeInput) => {
      const { evidence, ...verdict } = judgeTarget(input);
      return { ...verdict, says: [...new Set(evidence.map(({ says }) => says))].sort() };
    };
    fc.assert(
      fc.property(anyCase, fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), (input, order) => {
        expect(judgeTarget(input)).toEqual(judgeTarget(input));
        const [current, ...others] = input.results;
        const results: JudgeInput['results'] = [
          shuffleLooks(current, order),
          ...others.map((result) => shuffleLooks(result, order)),
        ];
        expect(gist({ ...input, results })).toEqual(gist(input));
      }),
      runs,
    );
  });
});
