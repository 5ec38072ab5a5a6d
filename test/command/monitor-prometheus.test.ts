import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { highestCollateral } from '../../app/monitor/highest-collateral.ts';
import { defineScenario } from '../../lab/scenario.ts';
import { russia2018 } from '../../lab/scenarios/russia-2018.ts';
import type { RunReport } from '../../model/report.ts';
import { findTool, requireTool } from '../support/require-tool.ts';
import { type Daemon, findFreePort, startDaemon } from '../support/start-daemon.ts';
import { type LabMonitor, startLabMonitor } from '../support/start-lab-monitor.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs', 'monitoring');
const secret = 'canary-7f3a9c';

/** That evening, with a proxy whose password must never be seen. */
const evening = defineScenario({
  ...russia2018,
  proxies: russia2018.proxies.map((proxy) =>
    'credentials' in proxy ? { ...proxy, credentials: { username: 'practice', password: secret } } : proxy,
  ),
});
const targets = ['example-bank', 'example-wallet', 'viber', 'twitch', 'example-shop', 'example-school'];

const sampleSchema = z.object({
  metric: z.record(z.string(), z.string()),
  value: z.tuple([z.number(), z.string()]),
});
const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({ resultType: z.string(), result: z.array(sampleSchema) }),
});
type Sample = z.infer<typeof sampleSchema>;

const isHere = requireTool(['prometheus', 'promtool']);

/** Rejects with Prometheus' own words where it does not take the expression. */
async function ask(port: number, query: string): Promise<readonly Sample[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?${new URLSearchParams({ query })}`);
  const text = await response.text();
  expect(text).toContain('"status":"success"');
  return answerSchema.parse(JSON.parse(text)).data.result;
}

async function until<T>(what: () => Promise<T | undefined>, ms: number): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await what();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

describe.skipIf(!isHere)('a Prometheus that scrapes the monitor', () => {
  let monitor: LabMonitor;
  let daemon: Daemon;
  let folder = '';
  let port = 0;
  let metricsPort = 0;
  let report: RunReport;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waylight-prometheus-'));
    [port, metricsPort] = [await findFreePort(), await findFreePort()];
    monitor = await startLabMonitor(evening, {
      targets,
      change: { every: '1h', metrics: `127.0.0.1:${metricsPort}` },
    });
    // The very configuration that is documented; only quicker, and with this test's port.
    const config = parse(await readFile(join(docs, 'prometheus.yml'), 'utf8'));
    config.global = { evaluation_interval: '1s' };
    config.scrape_configs[0].scrape_interval = '1s';
    config.scrape_configs[0].static_configs[0].targets = [`127.0.0.1:${metricsPort}`];
    await writeFile(join(folder, 'prometheus.yml'), stringify(config));
    await cp(join(docs, 'alerts.yml'), join(folder, 'alerts.yml'));
    const words = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`];
    daemon = await startDaemon('prometheus', [...words, `--web.listen-address=127.0.0.1:${port}`], port);
    report = await until(async () => monitor.kept()[0], 50_000);
    await until(async () => {
      const found = await ask(port, 'count_over_time(waylight_last_run_timestamp_seconds[1m]) > 2').catch(() => []);
      return found[0];
    }, 20_000);
  }, 90_000);
  afterAll(async () => {
    await daemon?.stop();
    await monitor?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Value by the chosen labels. */
  const read = async (query: string, ...labels: string[]) =>
    new Map(
      (await ask(port, query)).map(({ metric, value }) => [
        labels.map((name) => metric[name]).join(' '),
        Number(value[1]),
      ]),
    );

  it('has every state, verdict, step time and score as the report has it', async () => {
    expect(report.verdicts.some(({ verdict }) => verdict === 'blocked')).toBe(true);
    expect(await read('waylight_result_state', 'target', 'route', 'state')).toEqual(
      new Map(report.results.map(({ targetId, routeId, state }) => [`${targetId} ${routeId} ${state}`, 1])),
    );
    expect(await read('waylight_result_ok', 'target', 'route')).toEqual(
      new Map(report.results.map(({ targetId, routeId, state }) => [`${targetId} ${routeId}`, Number(state === 'ok')])),
    );
    expect(await read('waylight_verdict_info', 'target', 'verdict', 'mechanism', 'confidence')).toEqual(
      new Map(
        report.verdicts.map(({ targetId, verdict, mechanism = 'none', confidence }) => [
          `${targetId} ${verdict} ${mechanism} ${confidence}`,
          1,
        ]),
      ),
    );
    const steps = await read('waylight_step_duration_seconds', 'target', 'route', 'step');
    const labels = {
      resolve: 'resolve',
      connect: 'connect',
      proxy: 'proxy',
      tls: 'tls',
      firstByte: 'first_byte',
    } as const;
    const expected = report.results.flatMap(({ targetId, routeId, ms }) =>
      (Object.keys(labels) as (keyof typeof labels)[]).flatMap((name) => {
        const value = ms[name];
        return value === undefined ? [] : [[`${targetId} ${routeId} ${labels[name]}`, value] as const];
      }),
    );
    expect(expected.length).toBeGreaterThan(report.targets.length);
    expect([...steps.keys()].sort()).toEqual(expected.map(([name]) => name).sort());
    for (const [name, ms] of expected) expect(steps.get(name)).toBeCloseTo(ms / 1000, 9);
    const scores = highestCollateral(report.cloud);
    expect(scores.size).toBeGreaterThan(2);
    expect(await read('waylight_collateral_score', 'target')).toEqual(
      new Map([...scores].map(([target, { score }]) => [target, score])),
    );
    expect(await read('waylight_collateral_band_info', 'target', 'band')).toEqual(
      new Map([...scores].map(([target, { band }]) => [`${target} ${band}`, 1])),
    );
  });

  it('has the routes and the run itself', async () => {
    expect(await read('waylight_route_baseline_ok', 'route', 'kind')).toEqual(
      new Map(report.routes.map(({ id, kind, baseline }) => [`${id} ${kind}`, Number(baseline.ok)])),
    );
    expect(await read('waylight_last_run_timestamp_seconds', 'instance')).toEqual(
      new Map([['office', Date.parse(report.finishedAt) / 1000]]),
    );
    expect(await read('waylight_runs_total', 'kind', 'outcome')).toEqual(
      new Map([
        ['full finished', 1],
        ['full discarded', 0],
        ['recheck finished', 0],
        ['recheck discarded', 0],
      ]),
    );
    expect(await read('sum(waylight_changes_total)')).toEqual(new Map([['', 0]]));
  });

  it('raises the documented alerts that fit, and no other', async () => {
    const raised = await read('ALERTS', 'alertname', 'target', 'route');
    const blocked = report.verdicts.filter(({ verdict }) => verdict === 'blocked').map(({ targetId }) => targetId);
    const dead = report.routes.filter(({ baseline }) => !baseline.ok).map(({ id }) => id);
    const likely = [...highestCollateral(report.cloud).values()].filter(({ band }) => band === 'likely').length;
    expect([...raised.keys()].sort()).toEqual(
      [
        ...blocked.map((id) => `WaylightBlocked ${id} `),
        ...dead.map((id) => `WaylightRouteDead  ${id}`),
        ...(likely >= 3 ? ['WaylightCollateral  '] : []),
      ].sort(),
    );
  });

  it('answers every expression of the dashboard with something', async () => {
    const dashboard = JSON.parse(await readFile(join(docs, 'grafana-dashboard.json'), 'utf8')) as Dashboard;
    const expressions = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));
    expect(expressions.length).toBeGreaterThanOrEqual(dashboard.panels.length);
    for (const { title, expr } of expressions) {
      const filled = expr
        .replaceAll(/\$(instance|target|route)\b/g, '.*')
        .replaceAll(/\$__(range|rate_interval|interval)\b/g, '1m');
      expect(filled).not.toContain('$');
      expect(await ask(port, filled), title).not.toEqual([]);
    }
    for (const { name, definition } of dashboard.templating.list) {
      if (definition === undefined) continue;
      const [, series = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
      const values = await ask(port, `count by (${label}) (${series.replaceAll('$instance', '.*')})`);
      expect(
        values.map(({ metric }) => metric[label]),
        name,
      ).not.toEqual([]);
      expect(label).toBe(name);
    }
  });

  it('passes the lint of promtool, and so do the documented files', async () => {
    const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    const text = await response.text();
    const promtool = findTool('promtool') ?? '';
    // Says what it finds and ends with 3 where that is anything.
    expect(execFileSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
    execFileSync(promtool, ['check', 'config', join(docs, 'prometheus.yml')]);
    execFileSync(promtool, ['check', 'rules', join(docs, 'alerts.yml')]);
  });

  it('never sees a password, and neither does anybody else', async () => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    for (const shown of [text, monitor.io.out(), monitor.io.err(), JSON.stringify(monitor.kept())]) {
      expect(shown.length).toBeGreaterThan(100);
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain('practice:');
    }
    // Where the proxies are is nobody's business who reads a graph.
    expect(text).not.toContain('203.0.113.');
  });

  it('loses the series when the monitor ends', async () => {
    expect(await monitor.stop()).toBe(0);
    expect(monitor.lines().at(-1)).toMatchObject({ event: 'stop' });
    await until(async () => ((await ask(port, 'waylight_verdict_info')).length === 0 ? true : undefined), 10_000);
  });
});
