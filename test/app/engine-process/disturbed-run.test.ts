import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openTables } from '../../../app/engine-process/answer-ranges.ts';
import { checkMessage } from '../../../app/engine-process/check-message.ts';
import type { RememberedRun } from '../../../app/engine-process/measure.ts';
import { obeyOrders, type RunOffice } from '../../../app/engine-process/obey-orders.ts';
import { openHistory } from '../../../app/engine-process/open-history.ts';
import type { FromEngine, RunEnd, RunOrder } from '../../../app/engine-process/protocol.ts';
import { voidFailures } from '../../../app/engine-process/void-failures.ts';
import { createTrustStore } from '../../../engine/trust-store.ts';
import { createLab } from '../../../lab/create-lab.ts';
import { findScenario } from '../../../lab/scenarios/all-scenarios.ts';
import { aCheck } from '../../support/a-check.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const software = { name: 'waylight', version: '0.0.0' };

/** Checks of a practice network, by a clock of the wall that a test sets. */
async function openOffice(scenarioId = 'healthy') {
  const scenario = findScenario(scenarioId);
  if (!scenario) throw new RangeError('no scenario');
  const lab = await createLab(scenario, { latencyMs: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'waylight-disturbed-'));
  const history = openHistory(folder);
  closing.push(
    () => lab.close(),
    () => rmSync(folder, { recursive: true, force: true }),
    () => history.close(),
  );
  const { network, baselines, dns, doh, host } = lab;
  const trust = createTrustStore({ bundled: [lab.authority], system: [], extra: [] });
  const world = async () => ({ network, baselines, dns, doh, trust: async () => trust, host: async () => host });
  const tables = openTables({
    dataFolder: folder,
    programFolder: folder,
    rangesFile: null,
    systemProxy: null,
    software,
  });
  const ranges = async () => (await tables.read()).ranges;
  const remembered: RememberedRun[] = [];
  let wall = 0;
  let meanwhile: (office: RunOffice) => void = () => {};
  const over = Promise.withResolvers<RunEnd>();
  const post = (message: FromEngine) => {
    // Whatever is said passes the host's own check.
    if (!checkMessage(structuredClone(message))) throw new Error(`nothing that may be said: ${message.type}`);
    if (message.type === 'ended') over.resolve(message.end);
    const isUnderWay = message.type === 'updates' && message.updates.some(({ type }) => type === 'cells');
    if (isUnderWay) meanwhile(office);
  };
  const office = obeyOrders(
    post,
    { world, ranges, software },
    history,
    (run) => remembered.push(run),
    () => wall,
  );
  return {
    history,
    remembered,
    sleep: (ms: number) => {
      wall += ms;
    },
    run: async (then: (office: RunOffice) => void, more: { readonly recheck?: true } = {}) => {
      meanwhile = then;
      const targets = lab.targets.filter(({ id }) => ['youtube', 'wikipedia', 'signal', 'discord'].includes(id));
      const order: RunOrder = { kind: 'check', runId: 'run', profile: 'quick', targets, routes: lab.routes, ...more };
      await office.run(order);
      return over.promise;
    },
  };
}

describe('a check during which the machine sleeps', () => {
  it('is stopped, tells nothing that failed, and is not kept', async () => {
    const { run, sleep, history, remembered } = await openOffice('russia-2026');
    const end = await run(() => sleep(3_600_000));
    expect(end.disturbance).toBe('machine-slept');
    expect(end.outcome.problems).toEqual([{ code: 'machine-slept' }]);
    expect(end.outcome).toMatchObject({ partial: true, changes: null });
    for (const report of [end.report, remembered[0]?.report]) {
      expect(report?.partial).toBe(true);
      expect(report?.results.length).toBeGreaterThan(0);
      for (const { state } of report?.results ?? []) expect(['ok', 'skipped', 'cancelled']).toContain(state);
      for (const { verdict } of report?.verdicts ?? []) expect(['reachable', 'inconclusive']).toContain(verdict);
    }
    expect(history.store()?.list(10)).toEqual([]);
  });

  it('is as it ever was when the clock only went on', async () => {
    const { run, sleep, history } = await openOffice();
    const end = await run(() => sleep(900));
    expect(end).not.toHaveProperty('disturbance');
    expect(end.report.partial).toBe(false);
    expect(history.store()?.list(10)).toHaveLength(1);
  });
});

it('a check that is told to stop for another network says so', async () => {
  const { run, history } = await openOffice();
  const end = await run((office) => office.cancel('run', 'network-changed'));
  expect([end.disturbance, end.outcome.problems]).toEqual(['network-changed', [{ code: 'network-changed' }]]);
  expect(history.store()?.list(10)).toEqual([]);
});

it('a second look is neither remembered nor kept', async () => {
  const { run, history, remembered } = await openOffice();
  const end = await run(() => {}, { recheck: true });
  expect(end.report.results.length).toBeGreaterThan(0);
  expect([remembered, history.store()?.list(10)]).toEqual([[], []]);
});

it('what answered did answer, and a service that works is not called undecided', () => {
  const report = voidFailures(aCheck(0, { cells: { a: 'wf', b: 'fw', c: 'iw' }, dead: ['home'] }));
  expect(report.results.map(({ state }) => state)).toEqual(['ok', 'cancelled', 'cancelled', 'ok', 'cancelled', 'ok']);
  expect(report.verdicts.map(({ verdict }) => verdict)).toEqual(['reachable', 'inconclusive', 'inconclusive']);
  const dead = voidFailures(aCheck(0, { cells: { a: 'wf' }, dead: ['berlin'] }));
  expect(dead.routes.map(({ baseline }) => baseline.tried)).toEqual([4, 0]);
});
