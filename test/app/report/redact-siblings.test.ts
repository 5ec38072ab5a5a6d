import { expect, it } from 'vitest';
import { redactReport } from '../../../app/report/redact.ts';
import { type RunReport, reportSchema, type SiblingProbe } from '../../../model/report.ts';
import { sampleReport } from './sample-report.ts';

const probe: SiblingProbe = {
  address: '52.58.30.1',
  host: 'www.toys.example',
  prefix: '52.58.0.0/15',
  source: 'own',
  here: 'failed',
  control: 'ok',
};

function withProxyAmong(): RunReport {
  const base = sampleReport();
  const routes = base.routes.map((route, at) => (at === 0 ? route : { ...route, endpoint: 'my-vps.example:1080' }));
  return { ...base, routes, siblings: [probe, { ...probe, host: 'my-vps.example', address: '203.0.113.5' }] };
}

it('hosts that were asked besides are kept as targets are, but for own addresses and where a proxy is', async () => {
  const standard = await redactReport(withProxyAmong(), 'standard', ['203.0.113.5']);
  expect(standard.siblings?.[0]).toEqual(probe);
  expect(JSON.stringify(standard.siblings)).not.toContain('203.0.113.5');
  const strict = await redactReport(withProxyAmong(), 'strict', ['203.0.113.5']);
  expect(reportSchema.safeParse(strict).error).toBeUndefined();
  expect(strict.siblings?.[0]).toEqual(probe);
  expect(JSON.stringify(strict.siblings)).not.toContain('my-vps');
});
