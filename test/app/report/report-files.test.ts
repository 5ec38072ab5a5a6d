import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactReport } from '../../../app/report/redact.ts';
import { toCell, writeReportCsv } from '../../../app/report/report-csv.ts';
import { readReportJson, writeReportJson } from '../../../app/report/report-json.ts';
import { escapeMarkdown, writeReportMarkdown } from '../../../app/report/report-markdown.ts';
import { redactionSchema, reportSchema } from '../../../model/report.ts';
import { buildReportSchema, readPublishedSchema } from '../../../scripts/build-report-schema.ts';
import { sampleReport } from './sample-report.ts';

const formats = addFormats as unknown as (ajv: Ajv2020) => void;

function validator() {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  formats(ajv);
  return ajv.compile(JSON.parse(readPublishedSchema()));
}

describe('docs/report.schema.json', () => {
  it('is what the model says now (npm run build:schema)', () => {
    expect(readPublishedSchema()).toBe(buildReportSchema());
  });

  it.each(redactionSchema.options)('accepts a report at level %s, by another validator', async (level) => {
    const validate = validator();
    expect(
      validate(JSON.parse(await writeReportJson(await redactReport(sampleReport(), level)))),
      JSON.stringify(validate.errors),
    ).toBe(true);
  });

  it('refuses what is not one', () => {
    const validate = validator();
    expect(validate({ ...sampleReport(), extra: 1 })).toBe(false);
    expect(validate({ ...sampleReport(), routes: [] })).toBe(false);
    expect(validate({ ...sampleReport(), startedAt: 'yesterday' })).toBe(false);
  });
});

describe('report JSON', () => {
  it('is read back as it was', async () => {
    expect(readReportJson(await writeReportJson(sampleReport()), 'r.json')).toMatchObject({
      ok: true,
      value: sampleReport(),
    });
  });

  it('is laid out as JSON.stringify would, also without results', async () => {
    for (const report of [sampleReport(), sampleReport({ results: [] })]) {
      expect(await writeReportJson(report)).toBe(`${JSON.stringify(reportSchema.parse(report), null, 2)}\n`);
    }
  });

  it('rejects for a report that does not fit its schema', async () => {
    await expect(writeReportJson({ ...sampleReport(), id: 7 as unknown as string })).rejects.toThrow();
  });

  it.each(['{', '[]', '{"schema":"waylight.report/2"}', 'null'])('refuses %s with the file named', (text) => {
    expect(readReportJson(text, 'r.json')).toMatchObject({ ok: false, problems: [{ file: 'r.json' }] });
  });
});

describe('report CSV', () => {
  it('has one row per target and route, and another reader reads it', () => {
    const rows = parse<Record<string, string>>(writeReportCsv(sampleReport()), { columns: true });
    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatchObject({
      target: 'site',
      route: 'direct',
      state: 'failed',
      failed_step: 'http',
      failure: 'block-page',
      verdict: 'blocked',
      mechanism: 'http-blockpage',
      cloud: 'aws',
      cloud_region: 'eu-central-1',
      list_2018: 'true',
    });
    expect(rows[1]).toMatchObject({ route: 'my-proxy', route_label: 'Aunt Vera', state: 'ok', total_ms: '120.4' });
    expect(rows[2]).toMatchObject({ route: 'interface-wg-home', state: 'skipped' });
    expect(rows[3]).toMatchObject({ endpoints_ok: '7', endpoints_tried: '12' });
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1'])('disarms %j', (text) => {
    expect(toCell(text)).toMatch(/^"'/);
  });

  it('quotes what RFC 4180 wants quoted', () => {
    expect(toCell('a,b')).toBe('"a,b"');
    expect(toCell('a"b')).toBe('"a""b"');
    expect(toCell('plain')).toBe('plain');
  });

  it('never makes a cell that a spreadsheet runs, and never breaks its row', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '=', '@', '\t', '\u001b'), (text, head) => {
        const [row] = parse(`${toCell(head + text)},end`);
        expect(row).toHaveLength(2);
        expect(row?.[0]).not.toMatch(/^\s*[=+\-@\t\r]/);
      }),
    );
  });
});

describe('report Markdown', () => {
  it('gives the answer first, the cells, the verdicts and the AWS hosts', () => {
    const text = writeReportMarkdown(sampleReport());
    expect(text.split('\n')[2]).toMatch(/^\*\*0 of 2 targets work on “Current connection/);
    expect(text).toContain('| A site | block page | ok |');
    expect(text).toContain('consistent with a block page in place of the site');
    expect(text).toContain('| Telegram DC 1 | 7/12 | timeout 12/12 |');
    expect(text).toContain(
      'A site (site.example): AWS eu-central-1 EC2 198.51.100.0/24 — on the list of April 2018, blocked.',
    );
  });

  it('stays under 60 lines whatever was tested', () => {
    const base = sampleReport();
    const many = Array.from({ length: 500 }, (_, index) => `t${index}`);
    const report = sampleReport({
      routes: Array.from(
        { length: 40 },
        (_, index) => ({ ...base.routes[1], id: `r${index}` }) as (typeof base.routes)[0],
      ),
      targets: many.map((id) => ({ ...base.targets[0], id }) as (typeof base.targets)[0]),
      verdicts: many.map((targetId) => ({ ...base.verdicts[0], targetId }) as (typeof base.verdicts)[0]),
      cloud: many.map((targetId) => ({ ...base.cloud[0], targetId }) as (typeof base.cloud)[0]),
    });
    expect(writeReportMarkdown(report).split('\n').length).toBeLessThan(60);
  });

  it('makes only text of what comes from outside', () => {
    const hostile =
      '<img src=x onerror=alert(1)> [a](javascript:b) | `c` @everyone https://evil.example/ **d** ![e](f)';
    const escaped = escapeMarkdown(hostile);
    expect(escaped).not.toMatch(/(?<!\\)[<>[\]|`*!]/);
    expect(escaped).not.toContain('://');
    expect(escaped).not.toContain('@');
    const [target] = sampleReport().targets;
    const text = writeReportMarkdown(
      sampleReport({ targets: target ? [{ ...target, name: `a | b\n# c ${hostile}` }] : [] }),
    );
    expect(text).toContain('a \\| b \\# c \\<img');
  });
});
