import { describe, expect, it } from 'vitest';
import { redactReport } from '../../../app/report/redact.ts';
import { writeReportMarkdown } from '../../../app/report/report-markdown.ts';
import { sayFailure, sayFailureShortly, sayResult } from '../../../app/words/say.ts';
import { problemVerdicts, sayAnswer, sayGate } from '../../../app/words/say-report.ts';
import { drawReport } from '../../../cli/draw-report.ts';
import type { Observation } from '../../../model/observation.ts';
import { type RunReport, reportSchema } from '../../../model/report.ts';
import { sampleReport } from '../report/sample-report.ts';

const ordinarySite = { step: 'proxy', kind: 'proxy-protocol', detail: 'ordinary-site' } as const;

/** A data centre and a web site over an MTProxy alone. */
function overMtproxy(works: boolean, clockSkewMs: number | null = 0): RunReport {
  const base = sampleReport();
  const exchange: Observation = {
    id: 'o1',
    purpose: 'main',
    try: 1,
    startMs: 0,
    ms: 30,
    step: 'mtproto',
    port: 8443,
    dc: 2,
    transport: 'obfuscated-padded',
    helloProfile: 'modern',
    ...(works
      ? { stage: 'resPQ', proxyStage: 'resPQ', pingMs: 20, production: true, fingerprints: [] }
      : { stage: 'sent', proxyStage: 'hello', failure: ordinarySite }),
  };
  const connected: Observation = {
    id: 'o0',
    purpose: 'main',
    try: 1,
    startMs: 0,
    ms: 3,
    step: 'connect',
    peer: 'proxy',
    address: '203.0.113.40',
    port: 8443,
  };
  return reportSchema.parse({
    ...base,
    environment: { ...base.environment, tunnel: { up: false }, clockSkewMs },
    routes: [
      {
        id: 'vera',
        kind: 'mtproxy',
        label: 'Vera’s MTProxy',
        endpoint: '203.0.113.40:8443',
        remoteDns: true,
        baseline: { ok: works, passed: works ? 1 : 0, tried: 1 },
        ...(works ? {} : { failure: ordinarySite }),
      },
    ],
    targets: [
      {
        id: 'telegram-dc2',
        name: 'Telegram DC 2',
        group: 'telegram',
        protocol: 'mtproto',
        host: '149.154.167.51',
        port: 443,
      },
      {
        id: 'news',
        name: 'News',
        group: 'news',
        protocol: 'https',
        url: 'https://news.example/',
        host: 'news.example',
        port: 443,
      },
    ],
    results: [
      {
        targetId: 'telegram-dc2',
        routeId: 'vera',
        state: works ? 'ok' : 'failed',
        ...(works ? {} : { failure: ordinarySite }),
        ms: { total: 40 },
        tries: 1,
        observations: [connected, exchange],
      },
      {
        targetId: 'news',
        routeId: 'vera',
        state: 'skipped',
        detail: 'not-carried',
        ms: {},
        tries: 0,
        observations: [],
      },
    ],
    verdicts: [
      {
        targetId: 'telegram-dc2',
        verdict: works ? 'reachable' : 'inconclusive',
        rule: works ? 'reachable.endpoints' : 'route.mtproxy-dead',
        confidence: 'high',
        evidence: [],
        next: [],
        workingRoutes: works ? ['vera'] : [],
      },
      {
        targetId: 'news',
        verdict: 'inconclusive',
        rule: 'route.not-carried',
        confidence: 'low',
        evidence: [{ says: 'not-carried' }],
        next: ['add-a-route'],
        workingRoutes: [],
      },
    ],
    cloud: [],
  });
}

describe('an MTProxy in words', () => {
  it('says what it carries, and that the rest is not carried, which is no problem', () => {
    const report = overMtproxy(true);
    expect(report.results.map((result) => sayResult(result))).toEqual(['ok', 'not carried']);
    expect(sayAnswer(report)).toContain(
      'Everything tested works on “Vera’s MTProxy” (1 of 1). It leads to Telegram only and does not carry the other 1.',
    );
    expect(sayGate(report)[0]).toBe('Vera’s MTProxy: 1 of 1 data centres of Telegram answer through it.');
    expect(problemVerdicts(report)).toEqual([]);
    const shown = [...drawReport(report, { width: 120, color: false }), writeReportMarkdown(report)].join('\n');
    expect(shown).toContain('not carried');
    expect(shown).not.toContain('cannot be judged');
  });

  it('says what an ordinary site in its place can mean', () => {
    const report = overMtproxy(false);
    expect(sayFailureShortly(ordinarySite)).toBe('proxy: ordinary site');
    expect(sayFailure(ordinarySite)).toBe(
      'Asking the proxy: it answers as an ordinary site: wrong secret, wrong clock, or not a proxy',
    );
    expect(sayAnswer(report)).toContain('no data centre of Telegram answered through it');
    expect(sayGate(report)[0]).toContain(
      '0 of 1 data centres of Telegram answer through it: it does not work — Asking the proxy',
    );
    expect(problemVerdicts(report).map(({ targetId }) => targetId)).toEqual(['telegram-dc2']);
  });

  it('says a wrong clock where fake TLS minds it, from 3.5 seconds on', () => {
    const said = (ms: number | null) => sayGate(overMtproxy(true, ms)).filter((line) => line.includes('clock'));
    expect(said(5000)).toEqual([
      'This machine’s clock is 5 seconds fast, which was allowed for here: MTProxies with fake TLS may refuse Telegram’s own apps until it is set right.',
    ]);
    expect(said(-60_000)[0]).toContain('60 seconds slow');
    expect(said(600_000)).toHaveLength(2);
    expect(said(3000)).toEqual([]);
    expect(said(null)).toEqual([]);
    const without = { ...overMtproxy(true, 5000), results: [] };
    expect(sayGate(without).join()).not.toContain('clock');
  });

  it('leaves no place of it in a strictly redacted report', async () => {
    const redacted = await redactReport(overMtproxy(true), 'strict');
    expect(reportSchema.safeParse(redacted).error).toBeUndefined();
    const text = JSON.stringify(redacted);
    for (const place of ['203.0.113.40', '8443', 'Vera', 'vera']) expect(text).not.toContain(place);
    expect(text).toContain('"proxyStage":"resPQ"');
  });
});
