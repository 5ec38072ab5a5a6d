import { describe, expect, it } from 'vitest';
import type { NeutralRatios } from '../../../engine/judge/case.ts';
import { allWell, failure, judge, type Timed, timed, wellAbroad } from '../../support/a-case.ts';

const stall = failure('transfer', 'stall');
const fast: Timed = { goodput: 1_000_000 };
const slow: Timed = { goodput: 20_000 };

interface Comparison {
  readonly here: readonly Timed[];
  readonly control?: readonly Timed[];
  readonly neutral?: NeutralRatios;
}

function compare({ here, control = [fast, fast], neutral = { down: 0.9, up: 0.9 } }: Comparison) {
  return judge({
    current: { seen: [...allWell, ...timed(...here)] },
    controls: [{ seen: [...wellAbroad, ...timed(...control)] }],
    neutralRatios: neutral,
  });
}

const up = (tries: readonly Timed[]) => tries.map((item) => ({ ...item, direction: 'up' as const }));

describe.each([
  ['down', (tries: readonly Timed[]) => tries],
  ['up', up],
] as const)('transfers %s', (direction, turn) => {
  const judged = (change: Comparison) =>
    compare({ ...change, here: turn(change.here), control: turn(change.control ?? [fast, fast]) });

  it.each<[string, Comparison, string, string | undefined]>([
    ['slow in both tries', { here: [slow, slow] }, 'throttling.goodput-ratio', 'throttling'],
    [
      'never silent and never done',
      { here: [slow, slow].map((item) => ({ ...item, failure: failure('transfer', 'too-slow') })) },
      'throttling.goodput-ratio',
      'throttling',
    ],
    [
      'silent after 16 KiB in both tries',
      { here: [17_000, 16_000].map((bytes) => ({ bytes, failure: stall })) },
      'freeze.after-first-kilobytes',
      'freeze',
    ],
    [
      'never answered though all was taken',
      { here: [1, 2].map(() => ({ failure: failure('transfer', 'too-slow') })) },
      'http.stall',
      undefined,
    ],
    ['silent later', { here: [17_000, 200_000].map((bytes) => ({ bytes, failure: stall })) }, 'http.stall', undefined],
  ])('%s', (_case, change, rule, mechanism) => {
    const verdict = judged(change);
    expect(verdict).toMatchObject({ verdict: 'impaired', rule });
    expect(verdict.mechanism).toBe(mechanism);
  });

  it.each<[string, Comparison]>([
    ['a single slow try', { here: [slow] }],
    ['a second try that went well', { here: [slow, fast] }],
    ['one try slow and the other silent', { here: [slow, { bytes: 17_000, failure: stall }] }],
    ['a control that was slow itself', { here: [slow, slow], control: [fast, { goodput: 50_000 }] }],
    [
      'a crawling line, where any ratio is chance',
      { here: [slow, slow].map(() => ({ goodput: 2000 })), control: [{ goodput: 40_000 }, { goodput: 40_000 }] },
    ],
    [
      'a control that failed',
      { here: [slow, slow], control: [fast, { bytes: 9000, goodput: 900_000, failure: stall }] },
    ],
    ['no control', { here: [slow, slow], control: [] }],
    ['neutral data that is slow as well', { here: [slow, slow], neutral: { down: 0.1, up: 0.1 } }],
    ['neutral data that was not timed', { here: [slow, slow], neutral: {} }],
    [
      'neutral data of the other direction',
      { here: [slow, slow], neutral: direction === 'up' ? { down: 1 } : { up: 1 } },
    ],
    [
      'an error status',
      { here: [1, 2].map(() => ({ bytes: 0, failure: failure('transfer', 'http-status', { code: '404' }) })) },
    ],
    ['a cut', { here: [1, 2].map(() => ({ bytes: 17_000, failure: failure('transfer', 'reset') })) }],
    ['all at once', { here: [{}, {}] }],
    ['a third of the speed', { here: [1, 2].map(() => ({ goodput: 333_000 })) }],
    [
      'a fast line and a faster one',
      { here: [1, 2].map(() => ({ goodput: 2e6 })), control: [{ goodput: 90e6 }, { goodput: 90e6 }] },
    ],
  ])('%s accuses nobody', (_case, change) => {
    expect(judged(change)).toMatchObject({ verdict: 'reachable', rule: 'reachable.current' });
  });

  it('both tries, both controls and the ratios are the evidence', () => {
    const { evidence } = judged({ here: [slow, { goodput: 30_000 }], neutral: { down: 0.95, up: 0.95 } });
    expect(evidence).toEqual([
      { says: 'slower-than-control', observation: 'direct-5', ratio: 0.02 },
      { says: 'control-ok', observation: 'abroad-4' },
      { says: 'slower-than-control', observation: 'direct-6', ratio: 0.03 },
      { says: 'control-ok', observation: 'abroad-5' },
      { says: 'neutral-transfer-ok', ratio: 0.95 },
    ]);
  });
});

it('a freeze inside a TLS record shows in the raw bytes alone', () => {
  const here = [1, 2].map(() => ({ bytes: 0, receivedBytes: 16_384, failure: failure('transfer', 'timeout') }));
  expect(compare({ here }).rule).toBe('freeze.after-first-kilobytes');
});

it('a slow upload is no slow download: each is measured by its own', () => {
  const here = [{ ...fast }, { ...slow, direction: 'up' as const }];
  expect(compare({ here }).rule).toBe('reachable.current');
});
