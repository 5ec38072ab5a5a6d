import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../model/failure.ts';
import type { Observation } from '../../../model/observation.ts';
import { layOutAttempts, resolverAnswers } from '../../../renderer/screens/detail/lay-out-attempts.ts';
import { connected, fetched, handshaken, proxied, resolved, spoken } from './observations.ts';

const timeout: Failure = { step: 'tls', kind: 'timeout' };

describe('the attempts of one target over one route', () => {
  it('lays one connection out stage by stage from its own zero', () => {
    const [attempt, ...more] = layOutAttempts([
      resolved({ startMs: 100, ms: 10 }),
      connected({ startMs: 110, ms: 20 }),
      handshaken({ startMs: 130, ms: 30 }),
      fetched({ startMs: 160, ms: 50, firstByteMs: 40, status: 200 }),
    ]);
    expect(more).toEqual([]);
    expect(attempt?.rows.map(({ stage, bars: [bar] }) => [stage, bar?.from, bar?.to])).toEqual([
      ['dns', 0, 10],
      ['tcp', 10, 30],
      ['tls', 30, 60],
      ['firstByte', 60, 100],
      ['body', 100, 110],
    ]);
    expect(attempt).toMatchObject({ startMs: 100, endMs: 110, outcome: { ok: 1, failed: 0 } });
  });

  it('leaves questions to other resolvers out of the picture, however late they end', () => {
    const observations = [
      resolved({ startMs: 0, ms: 10 }),
      resolved({ startMs: 5, ms: 4000, resolver: 'udp', server: '8.8.8.8' }),
      connected({ startMs: 10, ms: 20 }),
    ];
    expect(layOutAttempts(observations)[0]?.endMs).toBe(30);
    expect(resolverAnswers(observations)).toHaveLength(2);
  });

  it('gives addresses that are dialled at once lanes of their own', () => {
    const [attempt] = layOutAttempts([
      connected({ startMs: 0, ms: 30, address: '192.0.2.1' }),
      connected({ startMs: 0, ms: 50, address: '192.0.2.2', failure: { step: 'connect', kind: 'timeout' } }),
      // Starts when the first is over, so it needs no third lane.
      connected({ startMs: 30, ms: 10, address: '192.0.2.3' }),
    ]);
    const [row] = attempt?.rows ?? [];
    expect(row?.lanes).toBe(2);
    expect(row?.bars.map(({ lane }) => lane)).toEqual([0, 1, 0]);
    expect(attempt?.outcome).toEqual({ ok: 2, failed: 1, failure: { step: 'connect', kind: 'timeout' } });
  });

  it('keeps tries and second looks apart, the tries first', () => {
    const attempts = layOutAttempts([
      connected({ startMs: 900, ms: 1, purpose: 'neutral-sni' }),
      connected({ startMs: 500, ms: 1, try: 2 }),
      connected({ startMs: 0, ms: 1 }),
      connected({ startMs: 950, ms: 1, purpose: 'pinned', try: 2 }),
    ]);
    expect(attempts.map(({ purpose, try: nth }) => [purpose, nth])).toEqual([
      ['main', 1],
      ['main', 2],
      ['neutral-sni', 1],
      ['pinned', 2],
    ]);
    expect(attempts.map(({ rows }) => rows[0]?.bars[0]?.from)).toEqual([0, 0, 0, 0]);
  });

  it('tells the way to a proxy from the way to the target', () => {
    const [attempt] = layOutAttempts([
      connected({ startMs: 0, ms: 10, peer: 'proxy' }),
      handshaken({ startMs: 10, ms: 10, peer: 'proxy' }),
      proxied({ startMs: 20, ms: 10, failure: { step: 'proxy', kind: 'proxy-auth', code: '407' } }),
    ]);
    expect(attempt?.rows.map(({ stage, peer }) => `${stage} ${peer}`)).toEqual([
      'tcp proxy',
      'tls proxy',
      'proxy target',
    ]);
    // TLS with the proxy went well, and the proxy's refusal came after it: that is how the attempt ended.
    expect(attempt?.outcome).toMatchObject({ ok: 0, failed: 1, failure: { kind: 'proxy-auth' } });
  });

  it('puts the failure of an answer on the stage in which it broke off', () => {
    const stall: Failure = { step: 'http', kind: 'stall' };
    const before = layOutAttempts([fetched({ startMs: 0, ms: 8000, failure: stall })])[0];
    expect(before?.rows.map(({ stage, bars }) => [stage, bars[0]?.failure?.kind])).toEqual([['firstByte', 'stall']]);
    const after = layOutAttempts([fetched({ startMs: 0, ms: 5040, firstByteMs: 40, failure: stall })])[0];
    expect(after?.rows.map(({ stage, bars }) => [stage, bars[0]?.failure?.kind])).toEqual([
      ['firstByte', undefined],
      ['body', 'stall'],
    ]);
  });

  it('keeps stages that took no time at all', () => {
    const [attempt] = layOutAttempts([
      connected({ startMs: 7, ms: 0 }),
      handshaken({ startMs: 7, ms: 0, failure: timeout }),
    ]);
    expect(attempt?.rows.map(({ stage }) => stage)).toEqual(['tcp', 'tls']);
    expect(attempt?.endMs).toBe(0);
    expect(attempt?.rows.flatMap(({ bars }) => bars.map(({ from, to }) => [from, to]))).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('never ends the first byte after the answer itself', () => {
    const [attempt] = layOutAttempts([fetched({ startMs: 0, ms: 10, firstByteMs: 10.4 })]);
    expect(attempt?.rows.map(({ bars }) => bars[0]?.to)).toEqual([10, 10]);
  });

  it('has nothing to lay out where nothing was observed', () => {
    expect(layOutAttempts([])).toEqual([]);
    expect(layOutAttempts([resolved({ startMs: 0, ms: 1, resolver: 'doh' })])).toEqual([]);
  });

  it('loses no observation and lets no two bars of a lane overlap, whatever their times', () => {
    const time = fc.integer({ min: 0, max: 1000 });
    const makers: readonly ((when: { startMs: number; ms: number }) => Observation)[] = [connected, handshaken, spoken];
    const any = fc.array(fc.record({ startMs: time, ms: time, made: fc.constantFrom(...makers) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(any, (items) => {
        const observations = items.map(({ startMs, ms, made }) => made({ startMs, ms }));
        const bars = layOutAttempts(observations).flatMap(({ rows }) => rows.flatMap((row) => row.bars));
        expect(bars.map(({ observation }) => observation.id).toSorted()).toEqual(
          observations.map(({ id }) => id).toSorted(),
        );
        expect(bars.every(({ from, to }) => from >= 0 && to >= from)).toBe(true);
        for (const { rows } of layOutAttempts(observations)) {
          for (const row of rows) {
            for (const lane of Map.groupBy(row.bars, (bar) => bar.lane).values()) {
              const overlaps = lane.some((bar, index) => index > 0 && bar.from < (lane[index - 1]?.to ?? 0));
              expect(overlaps).toBe(false);
            }
          }
        }
      }),
    );
  });
});
