import { describe, expect, it } from 'vitest';
import { builtInTelegramTargets } from '../../../app/built-in-facts.ts';
import { nodeClock } from '../../../engine/node-clock.ts';
import { run } from '../../../engine/run/run.ts';
import { defaultTimeouts } from '../../../engine/step.ts';
import { createLab } from '../../../lab/create-lab.ts';
import { defineScenario, type ScenarioDeclaration } from '../../../lab/scenario.ts';
import { findScenario } from '../../../lab/scenarios/all-scenarios.ts';
import type { RunReport } from '../../../model/report.ts';
import { labRunInput } from '../../support/lab-run.ts';

const kinds = ['socks4a', 'socks5', 'socks5h', 'http', 'https'] as const;
const proxies = kinds.map((kind, index) => ({
  id: kind,
  label: kind,
  kind,
  host: kind === 'https' ? 'gate.proxy.example' : `203.0.113.${40 + index}`,
  address: `203.0.113.${40 + index}`,
  port: 1080,
}));

/** The WebSocket targets over the current connection and one proxy of every kind, on an open network but for `change`. */
async function check(change: Partial<ScenarioDeclaration>, ids?: readonly string[]): Promise<RunReport> {
  const open = findScenario('healthy');
  if (!open) throw new Error('no scenario');
  const lab = await createLab(defineScenario({ ...open, proxies, ...change }), { latencyMs: 2 });
  try {
    const targets = builtInTelegramTargets().filter(
      ({ id, protocol }) => protocol === 'websocket' && (ids === undefined || ids.includes(id)),
    );
    const timeouts = { ...defaultTimeouts, connect: 600, tls: 700, mtproto: 700 };
    const { input, dependencies } = labRunInput(lab, nodeClock(), { targets, timeouts });
    return await run(input, dependencies, { signal: new AbortController().signal, onEvent: () => {} });
  } finally {
    await lab.close();
  }
}

function shortly(report: RunReport) {
  return report.verdicts.map(({ verdict, mechanism, rule }) => [verdict, mechanism, rule]);
}

const abroad = proxies.slice(0, 3);

describe('Telegram WebSockets in the practice network', () => {
  it('answer with our nonce over every kind of route, media too', async () => {
    const report = await check({});
    expect(report.results.map(({ routeId, state }) => `${routeId} ${state}`)).toEqual(
      report.targets.flatMap(() => ['direct', ...kinds].map((id) => `${id} ok`)),
    );
    expect(report.targets).toHaveLength(10);
    for (const { observations, targetId } of report.results) {
      const exchange = observations.find((item) => item.step === 'mtproto');
      const [, dc, media] = /ws(\d)(-media)?/.exec(targetId) ?? [];
      expect(exchange).toMatchObject({ stage: 'resPQ', dc: media ? -Number(dc) : Number(dc), production: true });
    }
    expect(new Set(shortly(report).map(([verdict]) => verdict))).toEqual(new Set(['reachable']));
  });

  it('are judged like any site: a name cut in the handshake', async () => {
    const isp = { tls: [{ names: ['web.telegram.org'], action: 'reset' as const }] };
    const report = await check({ proxies: abroad, isp }, ['telegram-ws2']);
    expect(shortly(report)).toEqual([['blocked', 'tls-sni', 'tls.sni.reset']]);
  });

  it('a false answer of the resolver, an address dropped', async () => {
    const lies = { dns: [{ names: ['web.telegram.org'], action: { kind: 'nxdomain' as const } }] };
    const lied = await check({ proxies: abroad, isp: lies }, ['telegram-ws2']);
    expect(shortly(lied)).toEqual([['blocked', 'dns', 'dns.nxdomain']]);
    const isp = { connect: [{ prefixes: ['149.154.160.0/20'], action: 'drop' as const }] };
    const dropped = await check({ proxies: abroad, isp }, ['telegram-ws2']);
    expect(shortly(dropped)).toEqual([['blocked', 'ip', 'ip.timeout']]);
  });

  it('hosts that open and are not the data centre they should be are nobody’s block', async () => {
    const open = findScenario('healthy');
    const wrong = { host: 'kws2.web.telegram.org', addresses: ['149.154.167.99'] };
    const sites = [...(open?.sites ?? []), { ...wrong, answer: { kind: 'telegram-websocket' as const, dc: 4 } }];
    const report = await check({ proxies: abroad, sites }, ['telegram-ws2']);
    expect(report.results[0]?.failure).toMatchObject({ detail: 'transport-error', code: '-444' });
    expect(shortly(report)).toEqual([['inconclusive', undefined, 'mtproto.server-refused']]);
  });
});
