import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { builtInTelegramTargets } from '../../../app/built-in-facts.ts';
import {
  type EngineSetup,
  type FromEngine,
  mostItems,
  type QuestionInput,
  type QuestionName,
  type QuestionOutput,
  type RunOrder,
  type ToEngine,
} from '../../../app/engine-process/protocol.ts';
import { serveEngine } from '../../../app/engine-process/serve-engine.ts';
import type { World } from '../../../app/engine-process/world.ts';
import { historyFileName } from '../../../app/history/open-run-store.ts';
import { createTrustStore } from '../../../engine/trust-store.ts';
import { createLab, type Lab } from '../../../lab/create-lab.ts';
import { findScenario } from '../../../lab/scenarios/all-scenarios.ts';
import type { Answer } from '../../../model/contract.ts';
import type { Route } from '../../../model/route.ts';

const folders: string[] = [];
const labs: Lab[] = [];

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Served {
  readonly folder: string;
  readonly said: readonly FromEngine[];
  readonly lab: Lab;
  ask<N extends QuestionName>(name: N, input: QuestionInput<N>): Promise<Answer<QuestionOutput<N>>>;
  order(order: RunOrder): void;
  cancel(runId: string): void;
  /** Resolves with the first such message from now on. */
  awaitMessage<T extends FromEngine['type']>(type: T): Promise<Extract<FromEngine, { type: T }>>;
}

/** The real service in this very process, its checks in a practice network. */
async function serve(
  scenarioId: string,
  change: (folder: string) => Partial<EngineSetup> = () => ({}),
): Promise<Served> {
  const scenario = findScenario(scenarioId);
  if (!scenario) throw new RangeError(scenarioId);
  const lab = await createLab(scenario, { targets: builtInTelegramTargets(), latencyMs: 1 });
  labs.push(lab);
  const folder = mkdtempSync(join(tmpdir(), 'waylight-engine-'));
  folders.push(folder);
  const { network, baselines, dns, doh, host } = lab;
  const trust = createTrustStore({ bundled: [lab.authority], system: [], extra: [] });
  const openWorld = async (): Promise<World> => ({
    network,
    baselines,
    dns,
    doh,
    trust: async () => trust,
    host: async () => host,
  });
  const said: FromEngine[] = [];
  const waiting = new Set<(message: FromEngine) => void>();
  let tell: (message: ToEngine) => void = () => {};
  serveEngine(
    {
      // What crosses a process is copied; what cannot be copied would be a defect.
      post: (message) => {
        const copy = structuredClone(message);
        said.push(copy);
        for (const look of [...waiting]) look(copy);
      },
      onMessage: (listener) => {
        tell = (message) => listener(structuredClone(message));
      },
    },
    { openWorld },
  );
  const software = { name: 'waylight', version: '0.0.0' };
  const base = { dataFolder: folder, programFolder: folder, rangesFile: null, systemProxy: null, software };
  tell({ type: 'setup', setup: { ...base, ...change(folder) } });
  let id = 0;
  const awaitMatch = (matches: (message: FromEngine) => boolean) =>
    new Promise<FromEngine>((resolve) => {
      const look = (message: FromEngine) => {
        if (!matches(message)) return;
        waiting.delete(look);
        resolve(message);
      };
      waiting.add(look);
    });
  return {
    folder,
    said,
    lab,
    ask: async (name, input) => {
      const own = ++id;
      const answered = awaitMatch((message) => message.type === 'answer' && message.id === own);
      tell({ type: 'ask', id: own, name, input });
      const message = await answered;
      return (message as FromEngine & { type: 'answer' }).answer as Answer<QuestionOutput<typeof name>>;
    },
    order: (order) => tell({ type: 'run', order }),
    cancel: (runId) => tell({ type: 'cancel', runId }),
    awaitMessage: async (type) =>
      (await awaitMatch((message) => message.type === type)) as Extract<FromEngine, { type: typeof type }>,
  };
}

function checkOf(served: Served, ids: readonly string[]): RunOrder {
  const targets = served.lab.targets.filter(({ id }) => ids.includes(id));
  return { kind: 'check', runId: 'run', profile: 'standard', targets, routes: served.lab.routes };
}

const list = (token: number, prefix: string) =>
  JSON.stringify({
    syncToken: String(token),
    createDate: `2026-11-2${token}-00-00-00`,
    prefixes: [{ ip_prefix: prefix, region: 'eu-north-1', service: 'EC2', network_border_group: 'eu-north-1' }],
    ipv6_prefixes: [],
  });

describe('the address tables of the engine’s process', () => {
  it('are taken in as text, are used at once, and refuse what is worse than what is there', async () => {
    const { ask } = await serve('healthy');
    const before = await ask('readRanges', null);
    expect(before).toMatchObject({ ok: true, value: { source: { source: 'operator' } } });
    const updated = await ask('updateRanges', { text: list(2, '198.51.100.0/24') });
    expect(updated).toMatchObject({ ok: true, value: { source: { source: 'official', rows: 1 } } });
    const found = await ask('lookUp', { words: ['198.51.100.7', '198.51.100.0/25', 'nonsense here'] });
    expect(found).toMatchObject({
      ok: true,
      value: [
        { word: '198.51.100.7', addresses: [{ facts: { region: 'eu-north-1', service: 'EC2' } }] },
        { word: '198.51.100.0/25', range: { addresses: '128', regions: { 'eu-north-1': 1 } } },
        { word: 'nonsense here', problem: { code: 'host-malformed' } },
      ],
    });
    for (const [text, code] of [
      [list(1, '198.51.100.0/24'), 'ranges-older'],
      ['{"not": "the list"}', 'ranges-not-aws'],
      ['', 'ranges-truncated'],
    ] as const) {
      const refused = await ask('updateRanges', { text });
      expect(refused.ok ? [] : refused.problems.map(({ code: own }) => own)).toEqual([code]);
      // There is no file a page could have named.
      expect(refused.ok ? [] : refused.problems.map(({ file }) => file)).toEqual([undefined]);
    }
    expect(await ask('readRanges', null)).toEqual(updated);
  });

  it('tell what lay on the list of April 2018, of the tables in use and of the addresses asked for', async () => {
    const { ask } = await serve('healthy');
    await ask('updateRanges', { text: list(2, '52.56.0.0/14') });
    const addresses = ['52.58.1.1', '::ffff:52.57.0.1', '198.51.100.7', 'no address', ''];
    const read = await ask('read2018', { addresses });
    expect(read).toMatchObject({
      ok: true,
      value: {
        overlay: {
          ranges: { source: 'official', rows: 1 },
          lifted: '2020-06-18',
          told: { day: '2018-04-18', amazon: 0.372, regions: [{ region: 'eu-central-1', share: 0.804 }] },
        },
        inside: [
          { address: '52.58.1.1', prefix: '52.58.0.0/15', firstSeen: '2018-04-16' },
          { address: '::ffff:52.57.0.1', prefix: '52.57.0.0/16', firstSeen: '2018-04-18' },
        ],
      },
    });
    const days = read.ok ? read.value.overlay.days : [];
    expect(days.map(({ day, addresses: listed }) => [day, listed])).toEqual([
      ['2018-04-16', 1_835_008],
      ['2018-04-17', 11_796_480],
      ['2018-04-18', 15_269_888],
      ['2018-04-19', 16_646_144],
      ['2018-04-23', 17_735_680],
    ]);
    expect(days[0]?.regions).toEqual([{ region: 'eu-north-1', inside: 131_072, total: 262_144 }]);
    // Other tables, other shares.
    await ask('updateRanges', { text: list(3, '52.58.0.0/15') });
    const again = await ask('read2018', { addresses: [] });
    expect(again).toMatchObject({ value: { inside: [], overlay: { ranges: { rows: 1 } } } });
    expect(again.ok && again.value.overlay.days[0]?.amazon).toEqual({ inside: 131_072, total: 131_072 });
  });

  it('are the file that the environment names; where it is unusable that is said, and ours are used', async () => {
    const { ask } = await serve('healthy', (folder) => {
      writeFileSync(join(folder, 'named.json'), list(3, '203.0.113.0/24'));
      return { rangesFile: join(folder, 'named.json') };
    });
    expect(await ask('readRanges', null)).toMatchObject({ value: { source: { source: 'file', rows: 1 } } });
    const missing = await serve('healthy', (folder) => ({ rangesFile: join(folder, 'missing.json') }));
    expect(await missing.ask('readRanges', null)).toMatchObject({
      ok: true,
      value: {
        source: { source: 'operator' },
        problems: [{ option: 'WAYLIGHT_AWS_RANGES', code: 'file-missing' }, { code: 'asn-missing' }],
      },
    });
  });

  it('say of names what the system’s resolver says', async () => {
    const { ask, lab } = await serve('healthy');
    const name = lab.targets.find(({ id }) => id === 'youtube')?.host ?? '';
    const found = await ask('lookUp', { words: [name, 'unheard-of.example'] });
    const value = found.ok ? found.value : [];
    expect(value[0]).toMatchObject({
      word: name,
      addresses: expect.arrayContaining([{ address: '142.250.185.78', facts: {} }]),
    });
    expect(value[1]).toMatchObject({ addresses: [], failure: 'ENOTFOUND' });
  });
});

describe('the test of one route', () => {
  it('passes where the route carries, with the time of the quickest site', async () => {
    const { ask, lab } = await serve('russia-2026');
    for (const id of ['direct', 'socks-abroad', 'mtproxy-museum']) {
      const route = lab.routes.find((item) => item.id === id) as Route;
      const tested = await ask('testRoute', { route });
      expect(tested).toMatchObject({ ok: true, value: { ok: true } });
      if (!tested.ok) continue;
      expect(tested.value.passed).toBe(tested.value.tried);
      expect(tested.value.ms).toBeGreaterThan(0);
    }
  });

  it('names why it carries nothing', async () => {
    const { ask, lab } = await serve('russia-2026');
    const route = lab.routes.find(({ id }) => id === 'http-mistyped') as Route;
    const tested = await ask('testRoute', { route });
    expect(tested).toMatchObject({
      ok: true,
      value: { ok: false, passed: 0, ms: null, failure: { kind: 'proxy-auth' } },
    });
  });
});

describe('a run in the engine’s process', () => {
  it('shows what was observed of a target while it goes on', async () => {
    const served = await serve('russia-2026');
    const { ask, order, awaitMessage } = served;
    const ended = awaitMessage('ended');
    const cells = new Promise<void>((resolve) => {
      const look = async () => {
        const { updates } = await awaitMessage('updates');
        const told = updates.flatMap((update) => (update.type === 'cells' ? update.cells : []));
        if (told.some(({ targetId, routeId }) => targetId === 'wikipedia' && routeId === 'direct')) resolve();
        else await look();
      };
      void look();
    });
    // The first is done while the second still waits for silence.
    order(checkOf(served, ['wikipedia', 'telegram-dc2']));
    await cells;
    const detail = await ask('readTarget', { runId: 'run', targetId: 'wikipedia' });
    expect(detail.ok && detail.value.results[0]?.observations.length).toBeGreaterThan(2);
    const silent = await ask('readTarget', { runId: 'run', targetId: 'telegram-dc2' });
    expect(silent).toMatchObject({ ok: true, value: { verdict: null } });
    expect(await ask('readTarget', { runId: 'run', targetId: 'unheard-of' })).toMatchObject({
      problems: [{ code: 'target-unknown' }],
    });
    served.cancel('run');
    expect((await ended).end.outcome.partial).toBe(true);
    const after = await ask('readTarget', { runId: 'run', targetId: 'telegram-dc2' });
    expect(after).toMatchObject({ ok: true, value: { verdict: { targetId: 'telegram-dc2' } } });
    expect(await ask('readTarget', { runId: 'run', targetId: 'wikipedia' })).toMatchObject({
      value: { verdict: { targetId: 'wikipedia' } },
    });
  });

  it('sends bounded batches that come to the report, and tells of nobody’s history without one', {
    timeout: 30_000,
  }, async () => {
    const served = await serve('healthy', (folder) => {
      // A folder stands where the file would be.
      mkdirSync(join(folder, historyFileName, 'x'), { recursive: true });
      return {};
    });
    const ended = served.awaitMessage('ended');
    served.order({ ...checkOf(served, []), targets: served.lab.targets } as RunOrder);
    const { end } = await ended;
    expect(end.outcome.problems.map(({ code }) => code)).toEqual(['history-unavailable']);
    expect(end.outcome.changes).toBeNull();
    const updates = served.said.flatMap((message) => (message.type === 'updates' ? [message.updates] : []));
    const cells = updates.map((list) => list.flatMap((update) => (update.type === 'cells' ? update.cells : [])));
    expect(Math.max(...cells.map(({ length }) => length))).toBeLessThanOrEqual(mostItems);
    expect(cells.some(({ length }) => length > 1)).toBe(true);
    expect(JSON.stringify(cells)).not.toContain('observations');
    const keyOf = ({ targetId, routeId }: { targetId: string; routeId: string }) => `${targetId} ${routeId}`;
    expect(cells.flat().map(keyOf).sort()).toEqual(end.report.results.map(keyOf).sort());
    expect(await served.ask('listRuns', { limit: 5 })).toMatchObject({ problems: [{ code: 'history-unavailable' }] });
    expect(await served.ask('previewReport', { runId: 'run', redaction: 'strict' })).toMatchObject({ ok: true });
  });

  it('calls nothing changed that it did not come to', async () => {
    const served = await serve('healthy');
    const first = served.awaitMessage('ended');
    served.order(checkOf(served, ['youtube', 'wikipedia', 'telegram-dc2']));
    expect((await first).end.outcome).toMatchObject({ partial: false, changes: null });
    const second = served.awaitMessage('ended');
    served.order({ ...checkOf(served, ['youtube', 'wikipedia', 'telegram-dc2']), runId: 'again' });
    served.cancel('again');
    const { end } = await second;
    expect(end.report.verdicts.some(({ rule }) => rule.startsWith('run.'))).toBe(true);
    expect(end.outcome).toMatchObject({ partial: true, changes: [] });
  });

  it('is refused where there is no such scenario, or another is under way', async () => {
    const served = await serve('healthy');
    const refused = served.awaitMessage('refused');
    served.order({ kind: 'practice', runId: 'a', scenario: 'nowhere', without: [] });
    expect(await refused).toMatchObject({ runId: 'a', problems: [{ code: 'scenario-unknown' }] });
    const ended = served.awaitMessage('ended');
    const busy = served.awaitMessage('refused');
    served.order(checkOf(served, ['youtube']));
    served.order({ kind: 'practice', runId: 'b', scenario: 'healthy', without: [] });
    expect(await busy).toMatchObject({ runId: 'b', problems: [{ code: 'run-busy' }] });
    expect((await ended).runId).toBe('run');
  });

  it('answers a question that goes wrong with nothing but its name', async () => {
    const served = await serve('healthy');
    const wrong = { words: null } as unknown as QuestionInput<'lookUp'>;
    expect(await served.ask('lookUp', wrong)).toEqual({
      ok: false,
      problems: [{ code: 'defect', params: { name: 'lookUp' } }],
    });
  });
});
