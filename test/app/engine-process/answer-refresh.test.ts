import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { FromEngine, ToEngine } from '../../../app/engine-process/protocol.ts';
import { serveEngine } from '../../../app/engine-process/serve-engine.ts';
import { createTrustStore } from '../../../engine/trust-store.ts';
import { createLab, type Lab } from '../../../lab/create-lab.ts';
import type { ScenarioDeclaration } from '../../../lab/scenario.ts';
import type { Answer } from '../../../model/contract.ts';
import type { Route } from '../../../model/route.ts';
import { sampleFile } from '../../engine/ranges/sample-ranges.ts';
import { practiceScenario } from '../../lab/practice-scenario.ts';
import { aDataFolder } from '../../support/a-data-folder.ts';

const labs: Lab[] = [];
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
});

const list = (serial: number, rows = 10) =>
  JSON.stringify(
    sampleFile(
      Array.from({ length: rows }, (_, at) => [`10.0.${at}.0/24`, 'r', 'EC2'] as const),
      { syncToken: String(1_600_000_000 + serial) },
    ),
  );

/** The engine's process, behind a provider that resets connections to Amazon's address. */
async function engine(answer: NonNullable<ScenarioDeclaration['sites'][number]['answer']>, isBlocked = true) {
  const credentials = { username: 'ann', password: 'korova-92' };
  const proxy = { id: 'proxy', label: 'Proxy', kind: 'socks5h', host: 'proxy.example', port: 1080 } as const;
  const lab = await createLab(
    practiceScenario({
      isp: isBlocked ? { connect: [{ prefixes: ['52.58.9.9/32'], action: 'refuse' }] } : {},
      sites: [{ host: 'ip-ranges.amazonaws.com', addresses: ['52.58.9.9'], answer }],
      proxies: [{ ...proxy, address: '203.0.113.10', credentials, typed: credentials }],
    }),
    { latencyMs: 0 },
  );
  labs.push(lab);
  const folder = await aDataFolder();
  const trust = createTrustStore({ bundled: [lab.authority], system: [], extra: [] });
  const { network, baselines, dns, doh, host } = lab;
  let tell: (message: ToEngine) => void = () => {};
  const waiting = new Map<number, (answer: Answer<unknown>) => void>();
  serveEngine(
    {
      post: (message: FromEngine) => {
        if (message.type === 'answer') waiting.get(message.id)?.(structuredClone(message.answer));
      },
      onMessage: (listener) => {
        tell = listener;
      },
    },
    { openWorld: async () => ({ network, baselines, dns, doh, trust: async () => trust, host: async () => host }) },
  );
  const software = { name: 'waylight', version: '0.0.0' };
  const setup = { dataFolder: folder, programFolder: folder, rangesFile: null, systemProxy: null, software };
  tell({ type: 'setup', setup });
  let id = 0;
  const ask = (name: 'refreshRanges' | 'readRanges', input: unknown) =>
    new Promise<Answer<unknown>>((resolve) => {
      waiting.set(++id, resolve);
      tell({ type: 'ask', id, name, input });
    });
  const routeOf = (id: string) => lab.routes.find((route) => route.id === id) as Route;
  return { folder, ask, over: (id: string) => ask('refreshRanges', { route: routeOf(id) }), tell, lab };
}
const reply = (body: string) => ({ kind: 'reply', status: 200, contentType: 'application/json', body }) as const;

describe('Amazon’s newest list, in the engine’s process', () => {
  it('is in use at once over a route that is let through, and says when it was confirmed', async () => {
    const { folder, ask, over } = await engine(reply(list(1)));
    expect(await ask('readRanges', null)).toMatchObject({ value: { source: { source: 'operator' }, checkedAt: null } });
    const refused = await over('direct');
    expect(refused).toEqual({
      ok: false,
      problems: [{ code: 'fetch-unreachable', params: { reason: 'refused ECONNREFUSED' } }],
    });
    const before = Date.now();
    const taken = await over('proxy');
    expect(taken).toMatchObject({
      ok: true,
      value: { updated: true, info: { source: { source: 'official', rows: 10 }, checkedAt: expect.any(String) } },
    });
    const { info } = (taken as { value: { info: { checkedAt: string } } }).value;
    expect(Date.parse(info.checkedAt)).toBeGreaterThanOrEqual(before);
    expect(await ask('readRanges', null)).toEqual({ ok: true, value: info });
    expect(readFileSync(join(folder, 'ip-ranges.json'), 'utf8')).toBe(list(1));
    // The same list once more: confirmed, and nothing is loaded anew.
    expect(await over('proxy')).toMatchObject({ ok: true, value: { updated: false } });
  });

  it('keeps what is there where a route brings worse, and names no file of this machine', async () => {
    const { folder, ask, over } = await engine(reply(list(1, 6)));
    writeFileSync(join(folder, 'ip-ranges.json'), list(0));
    const before = await ask('readRanges', null);
    expect(before).toMatchObject({ value: { source: { source: 'official', rows: 10 } } });
    const refused = await over('proxy');
    expect(refused).toEqual({ ok: false, problems: [{ code: 'ranges-row-count', params: { rows: 6, current: 10 } }] });
    expect(await ask('readRanges', null)).toEqual(before);
  });

  it('is given up when a run begins', async () => {
    const { over, tell, lab } = await engine({ kind: 'down', how: 'silent' }, false);
    const pending = over('direct');
    const { targets, routes } = lab;
    await nextTurn();
    tell({ type: 'run', order: { kind: 'check', runId: 'run', profile: 'quick', targets, routes } });
    expect(await pending).toEqual({
      ok: false,
      problems: [{ code: 'fetch-unreachable', params: { reason: 'aborted' } }],
    });
    tell({ type: 'cancel', runId: 'run' });
  });
});
