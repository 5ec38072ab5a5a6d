import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { addRun, noFigures } from '../../../app/metrics/monitor-figures.ts';
import { renderMetrics } from '../../../app/metrics/render-metrics.ts';
import { findTool, requireTool } from '../../support/require-tool.ts';
import { sampleReport } from '../report/sample-report.ts';

const docs = join(import.meta.dirname, '..', '..', '..', 'docs');
const readDoc = (name: string) => readFile(join(docs, name), 'utf8');

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly datasource: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly datasource: { readonly uid: string };
  }[];
}

async function metricsServed(): Promise<readonly string[]> {
  const figures = addRun(noFigures, { kind: 'full', report: sampleReport(), news: { confirmed: [], routes: [] } });
  const { text } = await renderMetrics(figures, { version: '1', withSteps: true });
  return [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
}

const namesIn = (text: string) => [...new Set(text.match(/\bwaylight_[a-z_]+/g) ?? [])];

describe('what is documented', () => {
  it('is every metric there is, and no other', async () => {
    const page = await readDoc('monitoring.md');
    expect(namesIn(page).sort()).toEqual([...(await metricsServed())].sort());
  });

  it('is every event there is, and no other', async () => {
    const page = await readDoc('monitoring.md');
    const listed = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
    const { monitorLineSchema } = await import('../../../model/monitor-line.ts');
    const events = monitorLineSchema.options.map(({ shape }) => shape.event.value);
    expect(listed.filter((name) => events.includes(name as (typeof events)[number])).sort()).toEqual(
      [...events].sort(),
    );
  });

  it.each(['monitoring/alerts.yml', 'monitoring/grafana-dashboard.json'])(
    '%s asks for metrics that exist',
    async (file) => {
      const served = await metricsServed();
      const asked = namesIn(await readDoc(file));
      expect(asked.length).toBeGreaterThan(3);
      expect(asked.filter((name) => !served.includes(name))).toEqual([]);
    },
  );
});

describe('the dashboard', () => {
  it('has panels that stand beside each other, explain themselves, and ask the chosen source', async () => {
    const { panels, templating } = JSON.parse(await readDoc('monitoring/grafana-dashboard.json')) as {
      panels: Panel[];
      templating: { list: { name: string }[] };
    };
    expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'instance', 'target', 'route']);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos, title, description, datasource, targets } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      expect(description, title).not.toBe('');
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      for (const { uid } of [datasource, ...targets.map((target) => target.datasource)])
        expect(uid).toMatch(/^\$\{datasource\}$/);
      for (const { expr } of targets) expect(expr).toContain('instance=~"$instance"');
    }
  });
});

describe.skipIf(!requireTool(['promtool']))('the alerts', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waylight-alerts-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  interface Case {
    readonly series: Readonly<Record<string, string>>;
    readonly at: string;
    readonly alert: string;
    /** Labels of each that fires. */
    readonly firing: readonly Readonly<Record<string, string>>[];
  }

  const blocked = (mechanism: string) =>
    `waylight_verdict_info{instance="office",target="a",group="g",verdict="blocked",mechanism="${mechanism}",confidence="high"}`;
  const a = { instance: 'office', target: 'a', group: 'g' };

  const cases: readonly (readonly [string, Case])[] = [
    [
      'a target that has been blocked for long',
      { series: { [blocked('ip')]: '1x60' }, at: '50m', alert: 'WaylightBlocked', firing: [a] },
    ],
    [
      'a target that was blocked a moment ago',
      { series: { [blocked('ip')]: '1x60' }, at: '20m', alert: 'WaylightBlocked', firing: [] },
    ],
    [
      'a target that is blocked now in this way and now in that',
      {
        series: { [blocked('ip')]: '1x30 stale _x30', [blocked('tls-sni')]: '_x30 1x30' },
        at: '50m',
        alert: 'WaylightBlocked',
        firing: [a],
      },
    ],
    [
      'a monitor that has stopped checking',
      {
        series: { 'waylight_last_run_timestamp_seconds{instance="office"}': '0x90' },
        at: '50m',
        alert: 'WaylightSilent',
        firing: [{ instance: 'office' }],
      },
    ],
    [
      'a monitor that checks',
      {
        series: { 'waylight_last_run_timestamp_seconds{instance="office"}': '0+60x90' },
        at: '50m',
        alert: 'WaylightSilent',
        firing: [],
      },
    ],
    [
      'a monitor that is gone',
      {
        series: { 'up{job="waylight",instance="office"}': '1x5 0x60' },
        at: '20m',
        alert: 'WaylightSilent',
        firing: [{ instance: 'office', job: 'waylight' }],
      },
    ],
    [
      'a confirmed change',
      {
        series: { 'waylight_changes_total{instance="office",target="a",group="g"}': '0x20 1x40' },
        at: '30m',
        alert: 'WaylightChanged',
        firing: [a],
      },
    ],
    [
      'no change since long',
      {
        series: { 'waylight_changes_total{instance="office",target="a",group="g"}': '0x5 1x90' },
        at: '60m',
        alert: 'WaylightChanged',
        firing: [],
      },
    ],
  ];

  it.each(cases)('%s', async (_, { series, at, alert, firing }) => {
    const rules = parse(await readDoc('monitoring/alerts.yml'));
    const { labels } = rules.groups[0].rules.find((rule: { alert: string }) => rule.alert === alert);
    // Only what fires is compared here, and not how it is put into words.
    for (const rule of rules.groups[0].rules) rule.annotations = {};
    await writeFile(join(folder, 'alerts.yml'), stringify(rules));
    const test = {
      rule_files: ['alerts.yml'],
      tests: [
        {
          interval: '1m',
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          alert_rule_test: [
            {
              eval_time: at,
              alertname: alert,
              exp_alerts: firing.map((own) => ({ exp_labels: { ...own, ...labels } })),
            },
          ],
        },
      ],
    };
    await writeFile(join(folder, 'test.yml'), stringify(test));
    const { status, stdout, stderr } = spawnSync(findTool('promtool') ?? '', ['test', 'rules', 'test.yml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: expect.stringContaining('SUCCESS') });
  });

  it('and the configuration are taken by promtool', () => {
    const promtool = findTool('promtool') ?? '';
    execFileSync(promtool, ['check', 'rules', join(docs, 'monitoring/alerts.yml')]);
    execFileSync(promtool, ['check', 'config', join(docs, 'monitoring/prometheus.yml')]);
  });
});
