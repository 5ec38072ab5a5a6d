import { describe, expect, it } from 'vitest';
import {
  collateral,
  confidences,
  evidence,
  failures,
  failureWords,
  mechanisms,
  mtproxyDetails,
  nextSteps,
  resultDetails,
  rules,
  states,
  steps,
  telegramGroups,
  telegramReasons,
  telegramSilences,
  verdicts,
} from '../../../app/words/en.ts';
import { sayFailure, sayResult, sayVerdict, word } from '../../../app/words/say.ts';
import { routeTitle, sayAnswer, sayGate } from '../../../app/words/say-report.ts';
import { collateralCaps, collateralEvidence, otherExplanations } from '../../../engine/collateral/vocabulary.ts';
import { evidenceKeys, nextKeys, ruleIds } from '../../../engine/judge/vocabulary.ts';
import { failureKinds, stepNames } from '../../../model/failure.ts';
import { resultStateSchema } from '../../../model/result.ts';
import { mechanismSchema, verdictNameSchema, verdictSchema } from '../../../model/verdict.ts';
import { sampleReport } from '../report/sample-report.ts';

const mapValues = (choose: (detail: (typeof mtproxyDetails)[string]) => string) =>
  Object.fromEntries(Object.entries(mtproxyDetails).map(([key, detail]) => [key, choose(detail)]));

describe('the English tables', () => {
  it.each([
    ['failures', failures, failureKinds],
    ['failureWords', failureWords, failureKinds],
    ['steps', steps, stepNames],
    ['states', states, resultStateSchema.options],
    ['verdicts', verdicts, verdictNameSchema.options],
    ['mechanisms', mechanisms, mechanismSchema.options],
    ['rules', rules, ruleIds],
    ['evidence', evidence, evidenceKeys],
    ['collateral', collateral, [...collateralEvidence, ...otherExplanations, ...collateralCaps]],
    ['nextSteps', nextSteps, nextKeys],
    ['confidences', confidences, verdictSchema.shape.confidence.options],
  ] as const)('%s has a text of its own for every key, and none for another', (_, table, keys) => {
    expect(Object.keys(table).sort()).toEqual([...keys].sort());
    for (const text of Object.values(table)) expect(text).toMatch(/^\S.*\S$/u);
    // One text for two keys would hide which of them it was.
    expect(new Set(Object.values(table)).size).toBe(keys.length);
  });

  it.each([
    ['resultDetails', resultDetails],
    ['telegramSilences', telegramSilences],
    ['telegramGroups', telegramGroups],
    ['telegramReasons', telegramReasons],
    ['cells of mtproxyDetails', mapValues(({ cell }) => cell)],
    ['sentences of mtproxyDetails', mapValues(({ sentence }) => sentence)],
  ] as const)('%s say something of their own for every key', (_, table) => {
    const texts = Object.values(table);
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).toMatch(/^\S.*\S$/u);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('say “blocked” in verdicts only, and never “injected by” or “probability”', () => {
    const all = [failures, failureWords, mechanisms, rules, steps, collateral]
      .flatMap((table) => Object.values(table))
      .join('\n');
    expect(all).not.toMatch(/\bblocked\b|injected|probab|censor/i);
  });
});

describe('sentences', () => {
  it('show an unknown key as it is, made safe', () => {
    expect(word('evidence', 'from-the-future')).toBe('from-the-future');
    expect(word('evidence', 'toString')).toBe('toString');
    expect(word('rules', 'a\u001b[31mb')).toBe('a b');
  });

  it('say failures and verdicts', () => {
    expect(sayFailure({ step: 'connect', kind: 'kernel-timeout', code: 'ETIMEDOUT' })).toBe(
      'Connecting: no answer came before the system gave up (ETIMEDOUT)',
    );
    const [verdict] = sampleReport().verdicts;
    expect(verdict && sayVerdict(verdict)).toBe(
      'blocked, consistent with a block page in place of the site: a known block page came back (confidence high)',
    );
  });

  it('count endpoints: what works, or how many failed', () => {
    const cells = sampleReport().results.map((result) => sayResult(result));
    expect(cells).toEqual(['block page', 'ok', '7/12', 'timeout 12/12']);
    expect(sayResult(undefined)).toBe('skipped');
  });

  it('never call a tunnel direct', () => {
    const report = sampleReport();
    const [route] = report.routes;
    expect(route && routeTitle(report, route)).toBe('Current connection (via wg-home)');
    const bare = sampleReport({ environment: { ...report.environment, tunnel: { up: true } } });
    expect(route && routeTitle(bare, route)).toBe('Current connection (via a tunnel)');
  });
});

describe('the answer', () => {
  const base = sampleReport();
  const [direct, proxy] = base.routes;
  if (!direct || !proxy) throw new Error('the sample has routes');

  it('says what works, how the rest stands, and the best way out', () => {
    expect(sayAnswer(base)).toBe(
      '0 of 2 targets work on “Current connection (via wg-home)”; 1 blocked, 1 impaired. The best way out is “Aunt Vera”: 1 of 2 work over it.',
    );
  });

  it('calls nothing blocked on a connection whose gate was not passed', () => {
    const dead = { ...direct, baseline: { ok: false, passed: 0, tried: 4 } };
    expect(sayAnswer(sampleReport({ routes: [dead, proxy] }))).toContain('nothing on it may be called blocked');
    const environment = { ...base.environment, captivePortal: true };
    expect(sayAnswer(sampleReport({ environment }))).toContain('sign in to this network first');
  });

  it('says that a partial report is one', () => {
    expect(sayAnswer(sampleReport({ partial: true }))).toMatch(/^The check was stopped early/);
  });

  it('says when all works, and when nothing does', () => {
    const results = base.results.map((item) => ({ ...item, state: 'ok' as const }));
    expect(sayAnswer(sampleReport({ results }))).toContain('Everything tested works');
    expect(sayAnswer(sampleReport({ results: [] }))).toContain('No route works.');
  });
});

describe('the gate in words', () => {
  it('names each route and whatever makes evidence weak', () => {
    const environment = {
      ...sampleReport().environment,
      captivePortal: true,
      connectsProveNothing: true,
      ipv6: 'broken' as const,
      clockSkewMs: -3_600_000,
      bypassTools: ['zapret'],
      httpsScanning: true,
    };
    const text = sayGate(sampleReport({ environment })).join('\n');
    expect(text).toContain('Aunt Vera: 4 of 4 neutral sites answer.');
    expect(text).toContain('wg-home: 0 of 4 neutral sites answer: it does not work — Connecting: no answer came');
    for (const part of [
      'sign-in page',
      'proves nothing',
      '192.168.7.1:3128',
      'IPv6',
      '60 minutes slow',
      'zapret',
      'opens encrypted',
    ]) {
      expect(text).toContain(part);
    }
    expect(sayGate(sampleReport()).join('\n')).not.toMatch(/clock|bypass|IPv6/);
  });
});
