import fc from 'fast-check';
import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { writeReportHtml } from '../../../app/report/report-html.ts';
import { reportStyle } from '../../../app/report/report-style.ts';
import { sanitizeText } from '../../../app/sanitize-text.ts';
import { languages } from '../../../model/choices.ts';
import type { RunReport } from '../../../model/report.ts';
import { aTelegramReport, silent } from '../../support/a-telegram-report.ts';
import { aLargeReport } from '../../support/many-runs.ts';
import { aCloudReport } from './a-cloud-report.ts';
import { filledWith, hostileText } from './filled-with.ts';
import { sampleReport } from './sample-report.ts';

const write = (report: RunReport) => writeReportHtml(report, { language: 'en' });
/** Every tag as it stands, attributes and all. */
const tagsOf = (page: string) => page.match(/<[^>]*>/g) ?? [];

/** What nothing is left of, as of spaces, makes no sentence of its own. */
const visible = hostileText.filter((text) => sanitizeText(text) !== '');

describe('a report as a page', () => {
  it('is the page it was', async () => {
    const page = await write(aCloudReport());
    // How it looks is not what it says.
    await expect(page.replace(reportStyle, '')).toMatchFileSnapshot('golden/report-page.txt');
  });

  it.each(languages)('in %s is valid HTML to a validator nobody here wrote', async (language) => {
    const validator = new HtmlValidate({
      root: true,
      extends: ['html-validate:recommended', 'html-validate:document'],
      rules: {
        // Both cases are right (HTML 13.1.1); one of them is kept to.
        'doctype-style': ['error', { style: 'lowercase' }],
        // HTML lets the end tags of cells and rows be left out (13.1.2.4), and a page has thousands of them.
        'no-implicit-close': 'off',
      },
    });
    const reports = [
      aCloudReport(),
      sampleReport({ results: [], verdicts: [], targets: [], cloud: [] }),
      filledWith('"><script>alert(1)</script>'),
    ];
    for (const report of reports) {
      const { results } = await validator.validateString(await writeReportHtml(report, { language }));
      expect(
        results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => [ruleId, message, line])),
      ).toEqual([]);
    }
  });

  it('says where each host lives, what its score rests on, and why it is no surer', async () => {
    const page = await write(aCloudReport());
    const from = (heading: string) => page.slice(page.indexOf(`<h2>${heading}</h2>`));
    const aws = from('Hosts on AWS');
    expect(aws).toContain(
      'a packaged copy of Amazon’s list of 2026-08-01, 16826 rows; 21 days old at the time of this check',
    );
    expect(aws).toMatch(/eu-central-1<\/bdi><\/th><td>2<\/td><td>1<\/td><td>1<\/td>/);
    expect(aws).toContain('<summary>collateral damage likely (score 0.98)</summary>');
    expect(aws).toContain('no surer because fewer than two neighbours are known to fail here and to be alive');
    expect(aws).toContain('Otherwise most likely: this one address is filtered.');
    expect(aws).toContain('on AWS eu-central-1, reachable');
    // One address answers in many places, so no region is claimed for it.
    expect(page).not.toContain('GLOBAL');
    expect(aws.indexOf('The shop')).toBeLessThan(aws.indexOf('The api'));
    expect(aws).toMatch(/52\.58\.3\.3.*Amazon’s own test address.*does not answer<\/td><td>answers/);
    expect(from('Hosts on other clouds')).toMatch(
      /The mail.*Google AS15169.*Otherwise most likely: its name is filtered/,
    );
    expect(page).toContain('CC BY 4.0');
  });

  it('of a thousand and one hosts on a cloud says how many it leaves out', async () => {
    const [first] = aCloudReport().cloud;
    const cloud = Array.from(
      { length: 1021 },
      (_, at) => ({ ...first, targetId: `t${at}` }) as NonNullable<typeof first>,
    );
    const page = await write(aCloudReport({ cloud }));
    expect(page).toContain('21 more are in the JSON form of this report.');
  });

  it('says Telegram route by route', async () => {
    const page = await write(
      aTelegramReport([
        { id: 'direct', endings: { '*': silent } },
        { id: 'berlin', kind: 'socks5', endpoint: 'b.example:1080', endings: {} },
      ]),
    );
    expect(page).toContain('<h2>Telegram</h2>');
    expect(page).toContain('direct: Telegram does not work: resPQ from 0 of 24 endpoints');
    expect(page).toContain('Best for Telegram: “berlin”');
  });

  it('has the same tags whatever hostile text it is given', async () => {
    const expected = tagsOf(await write(filledWith('text')));
    expect(expected.length).toBeGreaterThan(150);
    await fc.assert(
      fc.asyncProperty(visible, async (text) => {
        const page = await write(filledWith(text));
        expect(tagsOf(page)).toEqual(expected);
        // What is between the tags holds nothing that could begin or end one.
        const between = page.replace(/<style>.*<\/style>/s, '').split(/<[^>]*>/);
        expect(between.filter((part) => /[<>"'`]/.test(part))).toEqual([]);
        expect(page).not.toMatch(/&(?!(amp|lt|gt|quot|#39|#96);)/);
        expect(page.isWellFormed()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('loads, runs and leads to nothing', async () => {
    const page = await write(filledWith('https://evil.example/x'));
    expect(page).toContain(
      `http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'`,
    );
    expect(page).not.toMatch(/<(script|img|link|iframe|object|embed|form|input|base|svg)\b/i);
    for (const [, address] of page.matchAll(/\b(?:href|src)\s*=\s*"?([^"\s>]*)/g))
      expect(address).toMatch(/^#problem-\d+$/);
    expect(page).not.toMatch(/@import|url\(/);
  });

  it.each(languages)('in %s names the language its words are in', async (language) => {
    const page = await writeReportHtml(sampleReport(), { language });
    const [, lang, dir] = /^<!doctype html>\n<html lang="([\w-]+)" dir="(\w+)">/.exec(page) ?? [];
    expect([language, 'en']).toContain(lang);
    expect(dir).toBe(lang === 'fa' ? 'rtl' : 'ltr');
  });

  it('of 500 targets over 4 routes that all fail stays under 3 MB and says what it leaves out', async () => {
    const large = aLargeReport(1, { targets: 500, routes: 4, observations: 16 });
    const verdicts: RunReport['verdicts'] = large.targets.map(({ id }) => ({
      targetId: id,
      verdict: 'blocked',
      mechanism: 'tls-sni',
      rule: 'tls.sni.reset',
      confidence: 'high',
      workingRoutes: large.routes.map((route) => route.id),
      evidence: ['current-failed-twice', 'control-ok', 'neutral-name-ok', 'baseline-ok'].map((says) => ({
        says,
        observation: 'o1',
      })),
      next: ['use-working-route', 'run-again'],
    }));
    const page = await write({ ...large, verdicts });
    expect(Buffer.byteLength(page)).toBeLessThan(3 * 1024 * 1024);
    expect(page).toMatch(/What was seen of \d+ more services is in the JSON form/);
    expect(page.match(/<article /g)).toHaveLength(500);
  });
});
