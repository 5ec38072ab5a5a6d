import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactReport } from '../../../app/report/redact.ts';
import { toCell, writeReportCsv } from '../../../app/report/report-csv.ts';
import { writeReportHtml } from '../../../app/report/report-html.ts';
import { readReportJson, writeReportJson } from '../../../app/report/report-json.ts';
import { escapeMarkdown, writeReportMarkdown } from '../../../app/report/report-markdown.ts';
import { writeReportOoni } from '../../../app/report/report-ooni.ts';
import { type RunReport, redactionSchema, reportSchema } from '../../../model/report.ts';
import { buildReportSchema, readPublishedSchema } from '../../../scripts/build-report-schema.ts';
import { aCloudReport } from './a-cloud-report.ts';
import { filledWith, hostileText } from './filled-with.ts';
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
      validate(JSON.parse(await writeReportJson(await redactReport(aCloudReport({ redaction: 'none' }), level)))),
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

const everyFile = {
  json: writeReportJson,
  csv: writeReportCsv,
  markdown: writeReportMarkdown,
  ooni: writeReportOoni,
  html: (report: RunReport) => writeReportHtml(report, { language: 'en' }),
} as const;

describe('report files', () => {
  it.each(['json', 'csv', 'markdown'] as const)('as %s is what it was', async (format) => {
    const text = await everyFile[format](aCloudReport());
    await expect(text).toMatchFileSnapshot(`golden/report-${format}.txt`);
  });

  const names = Object.keys(everyFile) as (keyof typeof everyFile)[];

  it.each(names.filter((name) => name !== 'json'))(
    'as %s stay small and whole where a server sends a title of 100 KB',
    async (format) => {
      const plain = await everyFile[format](filledWith('x'));
      const huge = await everyFile[format](filledWith(`<b>=${'\u202e\u0007A|`'.repeat(20_000)}`));
      // OONI carries what the report holds, and the engine has cut that already; a page, a table and a chat cut for themselves.
      if (format === 'html' || format === 'csv' || format === 'markdown') {
        expect(huge.length).toBeLessThan(1024 * 1024);
        expect(huge.length).toBeGreaterThan(plain.length);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is the point
        expect(huge).not.toMatch(/[\u0007\u202e\u2066-\u2069]/);
      } else for (const line of huge.trimEnd().split('\n')) JSON.parse(line);
      expect(huge.isWellFormed()).toBe(true);
    },
  );

  it('keep hostile text as text in every row and line, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const report = filledWith(text);
        const rows = parse<Record<string, string>>(writeReportCsv(report), { columns: true });
        expect(rows).toHaveLength(report.targets.length * report.routes.length);
        const unsafe = /^\s*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]/u;
        for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(unsafe);
        const chat = writeReportMarkdown(report);
        expect(chat.split('\n').length).toBeLessThan(60);
        const bars = chat.split('\n').filter((line) => line.startsWith('|'));
        const columns = new Set(bars.map((line) => line.split(/(?<!\\)\|/).length));
        expect(columns.size).toBe(1);
        expect(chat).not.toMatch(/(?<!\\)[<`]|(?<!\\)\]\(/);
        const lines = (await writeReportOoni(report)).trimEnd().split('\n');
        expect(lines).toHaveLength(rows.length);
        for (const line of lines) JSON.parse(line);
      }),
      { numRuns: 150 },
    );
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
    expect(rows[0]?.collateral_band).toBe('');
    expect(rows[1]).toMatchObject({ route: 'my-proxy', route_label: 'Aunt Vera', state: 'ok', total_ms: '120.4' });
    expect(rows[2]).toMatchObject({ route: 'interface-wg-home', state: 'skipped' });
    expect(rows[3]).toMatchObject({ endpoints_ok: '7', endpoints_tried: '12' });
  });

  it('joins all cloud addresses of a target in its row, with the highest score and what holds it down', () => {
    const rows = parse<Record<string, string>>(writeReportCsv(aCloudReport()), { columns: true });
    const of = (target: string) => rows.filter((row) => row.target === target);
    expect(of('shop')).toHaveLength(3);
    expect(of('shop')[0]).toMatchObject({
      cloud: 'aws',
      cloud_asn: '16509',
      cloud_address: '3.64.9.9 52.58.1.2',
      cloud_prefix: '3.64.0.0/12 52.58.0.0/15',
      cloud_region: 'eu-central-1',
      list_2018: 'true',
      collateral_band: 'likely',
      collateral_score: '0.981',
      collateral_capped: '',
      collateral_otherwise: 'address',
    });
    expect(of('bank')[0]).toMatchObject({
      collateral_band: 'possible',
      collateral_capped: 'few-siblings mixed-range',
      list_2018: 'false',
    });
    expect(of('mail')[0]).toMatchObject({ cloud: 'google', cloud_asn: '15169', collateral_score: '0.004' });
    expect(of('api')[0]).toMatchObject({ cloud_region: 'eu-central-1', collateral_band: '' });
  });

  it('keeps quotes, lines and right-to-left names in their cell', () => {
    const [target] = sampleReport().targets;
    for (const name of ['say "hi", now', 'سلام، دنیا', 'a\nb', "it's", ';sep', '"']) {
      const targets = target ? [{ ...target, name }] : [];
      const rows = parse<Record<string, string>>(writeReportCsv(sampleReport({ targets })), { columns: true });
      expect(rows).toHaveLength(3);
      expect(rows[0]?.name).toBe(name.replace('\n', ' '));
    }
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '\0=1', '\u001b[31m=1', '\u202e-1', '\ttext'])(
    'disarms %j',
    (text) => {
      expect(toCell(text)).toMatch(/^"'/);
    },
  );

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

  it('says of hosts on clouds how many work, and of those that fail why', () => {
    const text = writeReportMarkdown(aCloudReport());
    expect(text).toContain('at the time of this check): 2 work, 2 blocked.');
    expect(text).toContain('Hosts on other clouds (1 Google): 1 blocked.');
    expect(text).toContain(
      '- The shop (www.shop.example): AWS eu-central-1 EC2 52.58.0.0/15 — on the list of April 2018, blocked, collateral damage likely (score 0.98). Otherwise most likely: this one address is filtered.',
    );
    expect(text).toContain('(score 0.98), no surer because fewer than two neighbours');
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
