import { describe, expect, it } from 'vitest';
import { layOutAttempts } from '../../../renderer/screens/detail/lay-out-attempts.ts';
import { timeAxis } from '../../../renderer/screens/detail/time-axis.ts';
import { connected, handshaken } from './observations.ts';

const quick = layOutAttempts([connected({ startMs: 0, ms: 60 }), handshaken({ startMs: 60, ms: 90 })]);
const slow = layOutAttempts([
  connected({ startMs: 0, ms: 50 }),
  handshaken({ startMs: 50, ms: 6000, failure: { step: 'tls', kind: 'timeout' } }),
]);

describe('the time axis of a target', () => {
  it('is even where nothing took much longer than what went well', () => {
    const axis = timeAxis(quick);
    expect(axis.knee).toBeNull();
    expect(axis.place(0)).toBe(0);
    expect(axis.place(75)).toBeCloseTo(axis.place(150) / 2);
    expect(axis.end).toBeGreaterThanOrEqual(150);
  });

  it('gives what went well most of the room where a deadline was waited for', () => {
    const axis = timeAxis([...quick, ...slow]);
    expect(axis.knee).not.toBeNull();
    expect(axis.place(150)).toBeGreaterThan(0.5);
    expect(axis.place(6050)).toBeLessThanOrEqual(1);
    expect(axis.place(6050)).toBeGreaterThan(axis.place(axis.knee ?? 0));
    expect(axis.ticks.at(-1)?.ms).toBe(axis.end);
  });

  it('never goes backwards and never leaves the picture', () => {
    const axis = timeAxis([...quick, ...slow]);
    const places = [0, 1, 100, 150, 200, 1000, 6000, 6050, 1e9].map(axis.place);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places.every((place) => place >= 0 && place <= 1)).toBe(true);
  });

  it('is even where everything failed, for there is nothing to make room for', () => {
    const dead = layOutAttempts([connected({ startMs: 0, ms: 5000, failure: { step: 'connect', kind: 'timeout' } })]);
    expect(timeAxis(dead).knee).toBeNull();
  });

  it('has an axis for nothing and for what took no time', () => {
    expect(timeAxis([]).place(0)).toBe(0);
    const instant = timeAxis(layOutAttempts([connected({ startMs: 3, ms: 0 })]));
    expect(instant.end).toBeGreaterThan(0);
    expect(Number.isFinite(instant.place(0))).toBe(true);
  });
});
