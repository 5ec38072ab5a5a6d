import { describe, expect, it } from 'vitest';
import { readLastAnswer } from '../../electron/last-answer.ts';
import type { Verdict } from '../../model/verdict.ts';
import { sampleReport } from '../app/report/sample-report.ts';
import { aTelegramReport, type Endings, silent } from '../support/a-telegram-report.ts';

const nothing: Endings = { '*': silent };
const all: Endings = {};
const noMedia: Endings = { 'telegram-media': silent };
const blocked = { '*': { verdict: 'blocked' } } as const;
const down = { '*': { verdict: 'down' } } as const;

function others(...verdicts: Partial<Verdict>[]) {
  const [first] = sampleReport().verdicts;
  if (first === undefined) throw new Error('the sample has a verdict');
  return sampleReport({ verdicts: verdicts.map((verdict) => ({ ...first, workingRoutes: [], ...verdict })) });
}

describe('the last check in one word', () => {
  it('is that of Telegram over the best route', () => {
    expect(readLastAnswer(aTelegramReport([{ id: 'direct', endings: all }]))).toBe('works');
    const proxied = [
      { id: 'direct', endings: nothing },
      { id: 'p', kind: 'socks5', endings: all },
    ] as const;
    expect(readLastAnswer(aTelegramReport(proxied, blocked))).toBe('works');
    expect(readLastAnswer(aTelegramReport([{ id: 'direct', endings: noMedia }]))).toBe('partly');
  });

  it('is blocked only where that is the verdict', () => {
    const dead = [{ id: 'direct', endings: nothing }];
    expect(readLastAnswer(aTelegramReport(dead, blocked))).toBe('blocked');
    expect(readLastAnswer(aTelegramReport(dead, down))).toBe('unknown');
    expect(readLastAnswer(aTelegramReport(dead, { '*': { verdict: 'likely-blocked' } }))).toBe('unknown');
    expect(readLastAnswer(aTelegramReport([{ id: 'direct', endings: { '*': { ...silent, state: 'skipped' } } }]))).toBe(
      'unknown',
    );
  });

  it('is that of everything where Telegram was not tested', () => {
    const works: Partial<Verdict> = { verdict: 'reachable', workingRoutes: ['direct'] };
    expect(readLastAnswer(others(works, works))).toBe('works');
    expect(readLastAnswer(others(works, { verdict: 'blocked' }))).toBe('partly');
    expect(readLastAnswer(others({ verdict: 'blocked' }, { verdict: 'blocked' }))).toBe('blocked');
    expect(readLastAnswer(others({ verdict: 'blocked' }, { verdict: 'inconclusive' }))).toBe('unknown');
    expect(readLastAnswer(others())).toBe('unknown');
  });
});
