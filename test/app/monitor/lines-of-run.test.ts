import { describe, expect, it } from 'vitest';
import { linesOfRun, redactNews } from '../../../app/monitor/lines-of-run.ts';
import type { MonitoredRun } from '../../../app/monitor/run-monitor.ts';
import { redactReport } from '../../../app/report/redact.ts';
import { monitorLineSchema } from '../../../model/monitor-line.ts';
import type { Redaction, RunReport } from '../../../model/report.ts';
import { aLargeReport } from '../../support/many-runs.ts';
import { sampleReport } from '../report/sample-report.ts';

const at = '2026-08-22T10:00:00.000Z';
const none: MonitoredRun['news'] = { confirmed: [], routes: [] };

function write(report: RunReport, news = none) {
  return [...linesOfRun({ kind: 'full', report, news }, at)];
}

/** The sample with a target and a route that are named after this machine and after the proxy. */
function withPlaces(): RunReport {
  const sample = sampleReport();
  const [target] = sample.targets;
  const [, route] = sample.routes;
  if (!target || !route) throw new Error('the sample has none');
  return {
    ...sample,
    redaction: 'none',
    targets: [{ ...target, id: '192.168.7.23', name: 'Me at 192.168.7.23' }, ...sample.targets],
    routes: sample.routes.map((own) => (own === route ? { ...own, label: 'Home of Marina' } : own)),
  };
}

describe('the lines of a run', () => {
  it.each([
    ['the sample', sampleReport()],
    ['a large one', aLargeReport(1, { targets: 300, routes: 4 })],
  ])('fit their schema: %s', (_, report) => {
    const lines = write(report, {
      confirmed: [
        {
          targetId: 'site',
          name: 'Site',
          routeId: 'direct',
          label: 'Current connection',
          from: 'ok',
          to: 'failed',
          verdict: { from: 'reachable', to: 'blocked' },
          since: at,
        },
      ],
      routes: [{ routeId: 'direct', label: 'Current connection', from: 'works', to: 'dead', since: at }],
    });
    for (const line of lines) expect(monitorLineSchema.parse(JSON.parse(JSON.stringify(line)))).toEqual(line);
    expect(lines.map(({ event }) => event)).toEqual([
      'run',
      ...report.results.map(() => 'result'),
      ...report.verdicts.map(() => 'verdict'),
      'change',
      'route-change',
    ]);
  });

  it('count the verdicts and carry the highest score of a host', () => {
    const sample = sampleReport();
    const [verdict] = sample.verdicts;
    const targetId = verdict?.targetId ?? '';
    const finding = { targetId, host: 'h', operator: 'aws', list2018: false };
    const scored = (score: number, band: 'possible' | 'likely') => ({ score, band, evidence: [], otherwise: 'down' });
    const lines = write({
      ...sample,
      cloud: [
        { ...finding, address: '192.0.2.1', collateral: scored(0.5, 'possible') },
        { ...finding, address: '192.0.2.2', collateral: scored(0.9, 'likely') },
        { ...finding, address: '192.0.2.3' },
      ],
    });
    const [run] = lines;
    expect(run).toMatchObject({ event: 'run', targets: sample.targets.length });
    const counted = run?.event === 'run' ? Object.values(run.verdicts) : [];
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(sample.verdicts.length);
    expect(lines.find(({ event }) => event === 'verdict')).toMatchObject({
      targetId,
      collateral: { score: 0.9, band: 'likely' },
    });
  });

  it('hold no observation, and nothing that was only in one', () => {
    const text = JSON.stringify(write(sampleReport()));
    expect(text).not.toContain('observations');
    expect(text).not.toContain('secret-cookie');
  });
});

describe('news', () => {
  it.each([
    ['standard', 'private-ipv4', 'Home of Marina'],
    ['strict', 'private-ipv4', 'Route 2'],
  ] as const)('say of targets and routes what the report says at %s', async (level: Redaction, id, label) => {
    const report = withPlaces();
    const redacted = await redactReport(report, level, ['192.168.7.23']);
    const route = report.routes[1]?.id ?? '';
    const change = { targetId: '192.168.7.23', name: 'Me at 192.168.7.23', routeId: route, label: 'Home of Marina' };
    const news = redactNews(
      {
        confirmed: [{ ...change, from: 'ok', to: 'failed', since: at }],
        routes: [{ routeId: route, label: 'Home of Marina', from: 'works', to: 'dead', since: at }],
      },
      report,
      redacted,
    );
    expect(news.confirmed).toMatchObject([{ targetId: id, label, routeId: redacted.routes[1]?.id }]);
    expect(news.routes).toMatchObject([{ label, routeId: redacted.routes[1]?.id }]);
    expect(JSON.stringify(news)).not.toContain('192.168.7.23');
    if (level === 'strict') expect(JSON.stringify(news)).not.toContain('Marina');
  });
});
