import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { redactReport } from '../../app/report/redact.ts';
import { writeReportCsv } from '../../app/report/report-csv.ts';
import { writeReportHtml } from '../../app/report/report-html.ts';
import { writeReportJson } from '../../app/report/report-json.ts';
import { writeReportMarkdown } from '../../app/report/report-markdown.ts';
import { writeReportOoni } from '../../app/report/report-ooni.ts';
import type { RunReport } from '../../model/report.ts';
import { openChromium } from '../e2e/open-chromium.ts';
import { requireTool } from '../support/require-tool.ts';
import { aBusyReport } from './a-busy-report.ts';
import { type BenchResult, median } from './bench-result.ts';

const rounds = 3;

const writers = {
  json: writeReportJson,
  html: (report: RunReport) => writeReportHtml(report, { language: 'en' }),
  csv: writeReportCsv,
  ooni: writeReportOoni,
  markdown: writeReportMarkdown,
} as const;

/** A report of 500 services over 4 routes: redacted and written in every form, and its page opened from disk. */
export async function benchReports(): Promise<readonly BenchResult[]> {
  const whole = aBusyReport();
  const seen = whole.results.reduce((sum, { observations }) => sum + observations.length, 0);
  if (seen < 10_000) throw new Error('the report of the bench holds too little');
  const totals: number[] = [];
  let page = '';
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const report = await redactReport(whole, 'standard', ['192.168.7.23', '2001:db8:5::23']);
    const spent = [`redacted ${Math.round(performance.now() - startedAt)}`];
    for (const [name, write] of Object.entries(writers)) {
      const from = performance.now();
      const text = await write(report);
      spent.push(`${name} ${Math.round(performance.now() - from)}`);
      if (name === 'html') page = text;
    }
    totals.push(performance.now() - startedAt);
    if (round === rounds - 1) console.log(`     ms of ${seen} observations: ${spent.join(', ')}`);
  }
  return [
    {
      name: '500 services x 4 routes redacted and written in every form',
      value: median(totals),
      unit: 'ms',
      limit: 2000,
    },
    { name: 'the page of that report', value: Buffer.byteLength(page) / 1024 / 1024, unit: 'MiB', limit: 3 },
    ...(requireTool(['chromium']) ? await timeOpening(page) : []),
  ];
}

/** From the request for the file to the first picture and to the whole page. */
async function timeOpening(page: string): Promise<readonly BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'waylight-bench-page-'));
  const browser = await openChromium();
  try {
    const file = join(folder, 'report.html');
    writeFileSync(file, page);
    const first: number[] = [];
    const all: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const tab = await browser.newPage();
      await tab.goto(pathToFileURL(file).href, { waitUntil: 'load' });
      // Two frames later everything in view has been laid out and painted.
      const times = await tab.evaluate(async () => {
        for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
        const [paint] = performance.getEntriesByName('first-contentful-paint');
        return { painted: paint?.startTime ?? Number.NaN, whole: performance.now() };
      });
      first.push(times.painted);
      all.push(times.whole);
      await tab.close();
    }
    return [
      { name: 'its first picture in a browser', value: median(first), unit: 'ms', limit: 1000 },
      { name: 'all of it loaded and laid out', value: median(all), unit: 'ms', limit: 1000 },
    ];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
