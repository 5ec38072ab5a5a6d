import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeReportHtml } from '../../../app/report/report-html.ts';
import { sanitizeText } from '../../../app/sanitize-text.ts';
import { languages } from '../../../model/choices.ts';
import type { RunReport } from '../../../model/report.ts';
import { aTelegramReport, silent } from '../../support/a-telegram-report.ts';
import { aLargeReport } from '../../support/many-runs.ts';
import { sampleReport } from './sample-report.ts';

const write = (report: RunReport) => writeReportHtml(report, { language: 'en' });
/** Every tag as it stands, attributes and all. */
const tagsOf = (page: string) => page.match(/<[^>]*>/g) ?? [];

/** The sample with one text wherever a server, a file or a person may put one. */
function filledWith(text: string): RunReport {
  const base = sampleReport();
  const [resolve, connect, http] = base.results[0]?.observations ?? [];
  if (resolve?.step !== 'resolve' || connect?.step !== 'connect' || http?.step !== 'http')
    throw new Error('the sample changed');
  const certificate = { fingerprint256: 'a'.repeat(64), subject: text, issuer: text, validFrom: text, validTo: text };
  const { localAddress: _local, peer, ...bare } = connect;
  const tls = { ...bare, peer, id: text, step: 'tls', serverName: text, version: text, bytesReceived: 1 } as const;
  return {
    ...base,
    id: text,
    software: { name: text, version: text },
    environment: {
      ...base.environment,
      platform: text,
      tunnel: { up: true, interface: text },
      systemProxy: text,
      bypassTools: [text],
    },
    ranges: { ...base.ranges, createdAt: text },
    routes: base.routes.map((route) => ({ ...route, label: text, endpoint: text })),
    targets: base.targets.map((target) => ({ ...target, name: text, group: text, url: text, host: text })),
    results: base.results.map((result, index) => ({
      ...result,
      failure: { step: 'http' as const, kind: 'http-status' as const, code: text, detail: text },
      observations:
        index > 0
          ? []
          : [
              { ...resolve, name: text, server: text, rcode: text, answers: [{ address: text }], id: text },
              { ...tls, address: text, chain: [certificate] },
              { ...http, url: text, title: text, address: text, failure: { step: 'http', kind: 'reset', code: text } },
              { ...bare, step: 'proxy' as const, requested: text, id: text },
            ],
    })),
    verdicts: base.verdicts.map((verdict) => ({
      ...verdict,
      rule: text,
      workingRoutes: [text],
      evidence: [{ says: text, observation: text }],
      next: [text],
    })),
    cloud: base.cloud.map((finding) => ({ ...finding, host: text, region: text, service: text, prefix: text })),
  };
}

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      ...'<>"\'`=/&;- !',
      'script',
      'onload',
      'style',
      '--',
      ']]>',
      '\u0000',
      '\u202e',
      '\ud800',
      '\n',
    ),
  }),
  fc.constantFrom(
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '</style><img src=x onerror=alert(1)>',
    '<!--',
    '--!><svg/onload=alert(1)>',
    '&lt;script&gt;',
    '&#x3c;b&#x3e;',
    '{route}',
    '$&',
    '{{1+1}}',
    'javascript:alert(1)',
    '</title><base href=//evil.example>',
  ),
);

/** What nothing is left of, as of spaces, makes no sentence of its own. */
const visible = hostile.filter((text) => sanitizeText(text) !== '');

describe('a report as a page', () => {
  it('is the page it was', async () => {
    await expect(await write(sampleReport({ redaction: 'standard' }))).toMatchFileSnapshot('golden/report-page.txt');
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
