import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { addDiscarded, addRun, type Figures, noFigures } from '../../../app/metrics/monitor-figures.ts';
import { mostSeries, planSeries } from '../../../app/metrics/plan-series.ts';
import { renderMetrics } from '../../../app/metrics/render-metrics.ts';
import type { MonitoredRun } from '../../../app/monitor/run-monitor.ts';
import type { RunReport } from '../../../model/report.ts';
import { aLargeReport } from '../../support/many-runs.ts';
import { findTool, requireTool } from '../../support/require-tool.ts';
import { sampleReport } from '../report/sample-report.ts';

const none: MonitoredRun['news'] = { confirmed: [], routes: [] };
const ofReport = (report: RunReport, figures: Figures = noFigures) =>
  addRun(figures, { kind: 'full', report, news: none });
const render = async (figures: Figures, withSteps = true) =>
  (await renderMetrics(figures, { version: '1.2.3', withSteps })).text;
const seriesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
/** Lines of one metric. */
const ofMetric = (text: string, name: string) => seriesOf(text).filter((line) => line.match(/^\w+/)?.[0] === name);

/** One target over two routes, with everything that can be known. */
function aReport(): RunReport {
  const sample = sampleReport();
  const route = { kind: 'direct', label: 'L', endpoint: null, remoteDns: false } as const;
  return {
    ...sample,
    startedAt: '2026-08-22T10:00:00.000Z',
    finishedAt: '2026-08-22T10:00:12.500Z',
    routes: [
      { ...route, id: 'direct', baseline: { ok: true, passed: 4, tried: 4 } },
      { ...route, id: 'p', kind: 'socks5h', endpoint: '203.0.113.9:1', baseline: { ok: false, passed: 0, tried: 4 } },
    ],
    targets: [{ id: 'a', name: 'A', group: 'g', protocol: 'https', host: 'a.example', port: 443 }],
    results: [
      {
        targetId: 'a',
        routeId: 'direct',
        state: 'failed',
        ms: { resolve: 5, connect: 10.5, total: 4000 },
        tries: 2,
        observations: [],
      },
      {
        targetId: 'a',
        routeId: 'p',
        state: 'ok',
        ms: { proxy: 30, tls: 40, firstByte: 50, total: 121 },
        tries: 1,
        observations: [],
      },
    ],
    verdicts: [
      {
        targetId: 'a',
        verdict: 'blocked',
        mechanism: 'ip',
        rule: 'ip.silent',
        confidence: 'high',
        workingRoutes: ['p'],
        evidence: [],
        next: [],
      },
    ],
    cloud: [
      {
        targetId: 'a',
        host: 'a.example',
        address: '192.0.2.1',
        operator: 'aws',
        list2018: true,
        collateral: { score: 0.912, band: 'likely', evidence: [], otherwise: 'address' },
      },
    ],
  };
}

describe('the metrics', () => {
  it('say what the report says, in base units', async () => {
    const news: MonitoredRun['news'] = {
      confirmed: [
        {
          targetId: 'a',
          name: 'A',
          routeId: 'direct',
          label: 'L',
          from: 'ok',
          to: 'failed',
          since: '2026-08-22T10:00:00Z',
        },
      ],
      routes: [{ routeId: 'p', label: 'L', from: 'works', to: 'dead', since: '2026-08-22T10:00:00Z' }],
    };
    const once = addRun(noFigures, { kind: 'full', report: aReport(), news });
    const text = await render(addDiscarded(once, { kind: 'full', runId: 'r', gapMs: 1 }));
    const { captivePortal, tunnel } = aReport().environment;
    expect(seriesOf(text)).toEqual([
      'waylight_build_info{version="1.2.3"} 1',
      'waylight_runs_total{kind="full",outcome="finished"} 1',
      'waylight_runs_total{kind="full",outcome="discarded"} 1',
      'waylight_runs_total{kind="recheck",outcome="finished"} 0',
      'waylight_runs_total{kind="recheck",outcome="discarded"} 0',
      'waylight_last_run_timestamp_seconds 1787392812.5',
      'waylight_last_run_duration_seconds 12.5',
      `waylight_captive_portal ${Number(captivePortal)}`,
      `waylight_tunnel_up ${Number(tunnel.up)}`,
      'waylight_route_baseline_ok{route="direct",kind="direct"} 1',
      'waylight_route_baseline_ok{route="p",kind="socks5h"} 0',
      'waylight_route_changes_total{route="direct"} 0',
      'waylight_route_changes_total{route="p"} 1',
      'waylight_result_state{target="a",group="g",route="direct",state="failed"} 1',
      'waylight_result_state{target="a",group="g",route="p",state="ok"} 1',
      'waylight_result_ok{target="a",group="g",route="direct"} 0',
      'waylight_result_ok{target="a",group="g",route="p"} 1',
      'waylight_result_duration_seconds{target="a",group="g",route="direct"} 4',
      'waylight_result_duration_seconds{target="a",group="g",route="p"} 0.121',
      'waylight_step_duration_seconds{target="a",group="g",route="direct",step="resolve"} 0.005',
      'waylight_step_duration_seconds{target="a",group="g",route="direct",step="connect"} 0.0105',
      'waylight_step_duration_seconds{target="a",group="g",route="p",step="proxy"} 0.03',
      'waylight_step_duration_seconds{target="a",group="g",route="p",step="tls"} 0.04',
      'waylight_step_duration_seconds{target="a",group="g",route="p",step="first_byte"} 0.05',
      'waylight_verdict_info{target="a",group="g",verdict="blocked",mechanism="ip",confidence="high"} 1',
      'waylight_collateral_score{target="a",group="g"} 0.912',
      'waylight_collateral_band_info{target="a",group="g",band="likely"} 1',
      'waylight_changes_total{target="a",group="g"} 1',
    ]);
  });

  it('are few before the first run, and say that there was none', async () => {
    expect(seriesOf(await render(noFigures))).toEqual([
      'waylight_build_info{version="1.2.3"} 1',
      'waylight_runs_total{kind="full",outcome="finished"} 0',
      'waylight_runs_total{kind="full",outcome="discarded"} 0',
      'waylight_runs_total{kind="recheck",outcome="finished"} 0',
      'waylight_runs_total{kind="recheck",outcome="discarded"} 0',
    ]);
  });

  it('drop what was not tested again, and what was not seen again', async () => {
    const { targets, results, verdicts, ...rest } = aReport();
    const [first] = results;
    const before = ofReport(aReport());
    const b = { ...targets[0], id: 'b', name: 'B', group: 'g', protocol: 'https' as const };
    const after = ofReport(
      {
        ...rest,
        targets: [b],
        results: first ? [{ ...first, targetId: 'b', ms: { resolve: 1 } }] : [],
        verdicts: [],
        cloud: [],
      },
      before,
    );
    const text = await render(after);
    expect(text).not.toContain('target="a"');
    expect(ofMetric(text, 'waylight_step_duration_seconds')).toHaveLength(1);
    expect(ofMetric(text, 'waylight_collateral_score')).toEqual([]);
  });

  it('take in a recheck in place of what its targets were, and keep all others', async () => {
    const full = ofReport(aLargeReport(1, { targets: 3, routes: 1 }));
    const { targets, results, verdicts, ...rest } = aLargeReport(2, { targets: 3, routes: 1 });
    const only = 'site-1';
    const report: RunReport = {
      ...rest,
      targets: targets.filter(({ id }) => id === only),
      results: results
        .filter(({ targetId }) => targetId === only)
        .map((result) => ({ ...result, state: 'impaired', ms: {} })),
      verdicts: verdicts.filter(({ targetId }) => targetId === only),
    };
    const text = await render(addRun(full, { kind: 'recheck', report, news: none }));
    expect(ofMetric(text, 'waylight_result_state')).toHaveLength(3);
    expect(text).toContain('target="site-1",group="group-1",route="direct",state="impaired"} 1');
    expect(text).toContain('waylight_runs_total{kind="recheck",outcome="finished"} 1');
    const time = (source: string) => ofMetric(source, 'waylight_last_run_timestamp_seconds');
    expect(time(text)).toEqual(time(await render(full)));
  });

  it('do not call what was not tested broken', async () => {
    const sample = aReport();
    const results = sample.results.map((result, index) => ({
      ...result,
      state: index === 0 ? ('skipped' as const) : ('cancelled' as const),
    }));
    const text = await render(ofReport({ ...sample, results }));
    expect(ofMetric(text, 'waylight_result_ok')).toEqual([]);
    expect(ofMetric(text, 'waylight_result_state')).toHaveLength(2);
  });

  it('hold no address, endpoint, name or label', async () => {
    const text = await render(ofReport(aReport()));
    for (const private_ of ['203.0.113', '192.0.2.1', 'a.example', '"A"', '"L"']) expect(text).not.toContain(private_);
  });
});

describe('the limit', () => {
  it.each([
    [60, 3, true],
    [500, 4, true],
    [1000, 8, true],
    [10_000, 1, false],
    [9000, 2, false],
  ])('%d targets over %d routes fit, with their steps: %s', (targets, routes, withSteps) => {
    const planned = planSeries(targets, routes);
    expect(planned).toMatchObject({ ok: true, value: { withSteps } });
    expect(planned.ok && planned.notices.map(({ code }) => code)).toEqual(withSteps ? [] : ['series-without-steps']);
  });

  it('refuses what would flood a Prometheus', () => {
    expect(planSeries(10_000, 8)).toEqual({
      ok: false,
      problems: [
        { code: 'series-too-many', params: { targets: 10_000, routes: 8, series: 280_026, most: mostSeries } },
      ],
    });
  });

  it.each([
    [1400, 8, true],
    [9000, 2, false],
  ])('is what %d targets over %d routes stay below', async (targets, routes, withSteps) => {
    const report = aLargeReport(1, { targets, routes });
    const score = { score: 0.5, band: 'possible' as const, evidence: [], otherwise: 'down' };
    const full: RunReport = {
      ...report,
      results: report.results.map((result) => ({
        ...result,
        ms: { resolve: 1, connect: 1, proxy: 1, tls: 1, firstByte: 1, total: 1 },
      })),
      cloud: report.targets.map(({ id }) => ({
        targetId: id,
        host: id,
        address: '192.0.2.1',
        operator: 'aws',
        list2018: false,
        collateral: score,
      })),
    };
    const planned = planSeries(targets, routes);
    expect(planned).toMatchObject({ ok: true, value: { withSteps } });
    const series = seriesOf(await render(ofReport(full), withSteps));
    expect(series.length).toBeGreaterThan(targets * routes * 3);
    expect(series.length).toBeLessThanOrEqual(mostSeries);
    expect(new Set(series.map((line) => line.replace(/ [^ ]+$/, ''))).size).toBe(series.length);
  });
});

describe.skipIf(!requireTool(['promtool']))('promtool', () => {
  const lint = (text: string) => {
    const { status, stdout, stderr } = spawnSync(findTool('promtool') ?? '', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}` };
  };

  it('reads it all, whatever a group is called', async () => {
    const sample = aReport();
    for (const group of ['a"b', 'back\\slash\\', 'two\nlines', 'тест', '\u202eevil', 'x{y="z"} 7', '\r', '\ud800']) {
      const targets = sample.targets.map((target) => ({ ...target, group }));
      const text = await render(ofReport({ ...sample, targets }));
      expect(lint(text)).toEqual({ status: 0, said: '' });
      expect(ofMetric(text, 'waylight_changes_total').length).toBeLessThanOrEqual(1);
    }
  });

  it('would say so if it could not', () => {
    expect(lint('a{b="c} 1\n').status).not.toBe(0);
  });
});
