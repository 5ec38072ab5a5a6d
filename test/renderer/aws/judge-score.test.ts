import { describe, expect, it } from 'vitest';
import type { CloudFinding } from '../../../model/cloud.ts';
import type { VerdictName } from '../../../model/verdict.ts';
import { noteScores, whyNoScore, whyNoSurer } from '../../../renderer/screens/aws/judge-score.ts';
import { anOutcome, aRoute, aRun, aVerdict, calm, deadBaseline } from '../a-run.ts';

type Collateral = NonNullable<CloudFinding['collateral']>;
const scored = (more: Partial<Collateral>): Collateral => ({
  score: 0.98,
  band: 'possible',
  evidence: ['connects-time-out', 'control-answers', 'sibling-fails', 'baseline-answers'],
  otherwise: 'address',
  ...more,
});

describe('why a band is no surer', () => {
  it('is said wherever a high score stands beside a low band', () => {
    expect(whyNoSurer(scored({ capped: ['few-siblings'] }))).toEqual(['few-siblings']);
    expect(whyNoSurer(scored({ capped: ['rest-fails'] }))).toEqual(['rest-fails']);
    expect(whyNoSurer(scored({ capped: ['range-unknown'] }))).toEqual(['range-unknown']);
    const unreached = ['connects-time-out', 'control-fails', 'siblings-fail', 'baseline-answers'];
    expect(whyNoSurer(scored({ band: 'insufficient', evidence: unreached }))).toEqual(['control-fails']);
    expect(whyNoSurer(scored({ capped: ['mixed-range', 'no-repeat', 'a word of a newer engine'] }))).toEqual([
      'no-repeat',
      'mixed-range',
    ]);
    expect(whyNoSurer(scored({ evidence: ['http-refusal', 'control-answers', 'siblings-fail'] }))).toEqual([
      'packets-pass',
    ]);
    expect(whyNoSurer(scored({ evidence: ['cut-after-hello', 'other-name-answers'] }))).toEqual(['packets-pass']);
  });

  it('is not said of what is likely, nor where the score itself says it', () => {
    expect(whyNoSurer(scored({ band: 'likely' }))).toEqual([]);
    expect(whyNoSurer(scored({ score: 0.6 }))).toEqual([]);
    expect(whyNoSurer(scored({ band: 'unlikely', score: 0.1, evidence: ['connects-time-out'] }))).toEqual([]);
  });

  it('is what was never compared, also where the score stays below every cap', () => {
    const evidence = ['connects-time-out', 'control-answers', 'baseline-answers'];
    expect(whyNoSurer(scored({ score: 0.58, evidence }))).toEqual(['no-sibling']);
  });

  it('is what is missing where nothing can be said', () => {
    const open = (more: Partial<Collateral>) => whyNoSurer(scored({ band: 'insufficient', score: 0.3, ...more }));
    expect(open({ evidence: ['cause-unclear', 'baseline-answers'] })).toEqual(['no-cause']);
    expect(open({ evidence: ['connects-time-out', 'baseline-fails'] })).toEqual(['no-baseline']);
    expect(open({ evidence: ['connects-time-out'] })).toEqual(['no-baseline']);
    expect(open({ evidence: ['connects-time-out', 'baseline-answers'] })).toEqual(['no-control', 'no-sibling']);
    expect(open({ capped: ['tunnel-up'] })).toEqual(['tunnel-up']);
  });
});

describe('why a host has no score', () => {
  const host = (name?: VerdictName) => (name ? { verdict: aVerdict('a', name) } : {});
  const over = aRun({ outcome: anOutcome() });

  it('is that it works, that the check goes on, that a tool alters packets, or that it was not judged', () => {
    expect(whyNoScore(host('reachable'), over)).toBe('reachable');
    expect(whyNoScore(host('reachable'), aRun())).toBe('reachable');
    expect(whyNoScore(host('blocked'), aRun())).toBe('running');
    expect(whyNoScore(host(), aRun({ lost: true }))).toBe('not-judged');
    const tool = aRun({ outcome: anOutcome(), environment: { ...calm, bypassTools: ['zapret'] } });
    expect(whyNoScore(host('blocked'), tool)).toBe('bypass');
    expect(whyNoScore(host('inconclusive'), tool)).toBe('not-judged');
    expect(whyNoScore(host('blocked'), over)).toBe('not-judged');
  });
});

describe('what stands above the hosts', () => {
  const routes = [aRoute('direct'), aRoute('berlin')];
  const over = (more: Parameters<typeof aRun>[0] = {}) => noteScores(aRun({ routes, outcome: anOutcome(), ...more }));

  it('says that the score comes at the end, or why there is none or no high one', () => {
    expect(over()).toEqual([]);
    expect(over({ outcome: null })).toEqual([{ says: 'scoreLater' }]);
    expect(over({ outcome: null, lost: true })).toEqual([{ says: 'lostHint' }]);
    expect(over({ environment: { ...calm, tunnel: { up: true, interface: 'wg0' } } })).toEqual([
      { says: 'tunnelUp', name: 'wg0' },
    ]);
    expect(over({ environment: { ...calm, tunnel: { up: true, sign: 'fake-ip' } } })).toEqual([{ says: 'tunnelUp' }]);
    expect(over({ routes: [aRoute('direct', { baseline: deadBaseline })] })).toEqual([
      { says: 'baselineDead' },
      { says: 'oneRoute' },
    ]);
  });

  it('says of a tool that alters packets that there is no score, and nothing of what would hold one down', () => {
    const environment = { ...calm, bypassTools: ['zapret'], tunnel: { up: true } };
    expect(over({ environment, routes: [aRoute('direct')] })).toEqual([{ says: 'bypassActive', tools: ['zapret'] }]);
  });
});
