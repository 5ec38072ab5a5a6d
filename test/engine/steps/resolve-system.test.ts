import { describe, expect, it } from 'vitest';
import { resolveSystem } from '../../../engine/steps/resolve-system.ts';
import { createRecording } from '../../support/recording-context.ts';

const name = 'www.example.com';

describe('resolveSystem', () => {
  it("gives the addresses in the resolver's order, in one spelling, once each", async () => {
    const hosts = { [name]: ['2001:DB8::1', '192.0.2.1', '2001:db8:0::1', '::ffff:192.0.2.1', 'fe80::1%eth0'] };
    const { context, observations, lookedUp } = createRecording({ hosts, facts: () => ({ asn: 64500 }) });
    const value = ['2001:db8::1', '192.0.2.1', 'fe80::1'].map((address) => ({ address, asn: 64500 }));
    expect(await resolveSystem(name, context)).toEqual({ ok: true, value, observation: 'o1' });
    expect(observations).toMatchObject([{ step: 'resolve', resolver: 'system', name, answers: value }]);
    expect(lookedUp).toEqual([name]);
  });

  it('keeps at most 32', async () => {
    const hosts = { [name]: Array.from({ length: 80 }, (_, index) => `192.0.2.${index}`) };
    const result = await resolveSystem(name, createRecording({ hosts }).context);
    expect(result.ok && result.value.length).toBe(32);
  });

  it.each([
    [{}, { kind: 'nxdomain', code: 'ENOTFOUND' }],
    [{ [name]: [] }, { kind: 'no-answer' }],
    [{ [name]: ['not an address'] }, { kind: 'no-answer' }],
  ])('%o', async (hosts, failure) => {
    const { context, observations } = createRecording({ hosts });
    const expected = { step: 'resolve', ...failure };
    expect(await resolveSystem(name, context)).toEqual({ ok: false, failure: expected, observation: 'o1' });
    expect(observations).toMatchObject([{ answers: [], failure: expected }]);
  });

  it('has a deadline, and ends at once when aborted', async () => {
    const network = { lookup: () => new Promise<string[]>(() => {}) };
    const slow = createRecording({ network, timeouts: { resolve: 50 } });
    expect(await resolveSystem(name, slow.context)).toMatchObject({ failure: { step: 'resolve', kind: 'timeout' } });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const stopped = createRecording({ network, signal: stop.signal });
    expect(await resolveSystem(name, stopped.context)).toMatchObject({ failure: { kind: 'aborted' } });
    expect(stopped.of('resolve')[0]?.ms).toBeLessThan(120);
  });

  it('does not bother the resolver with what is no name', async () => {
    const { context, lookedUp } = createRecording();
    expect(await resolveSystem('a b', context)).toMatchObject({ failure: { kind: 'local-limit', detail: 'name' } });
    expect(lookedUp).toEqual([]);
  });
});
