import { describe, expect, it } from 'vitest';
import type { Network } from '../../../engine/network.ts';
import { createProxyConnector } from '../../../engine/route/reach-proxy.ts';
import { createRecording } from '../../support/recording-context.ts';

/** A network in which the proxy never answers, and which counts how often it was asked. */
function silentNetwork(): { readonly network: Pick<Network, 'connect'>; readonly dialled: () => number } {
  let dialled = 0;
  const connect: Network['connect'] = (_, { signal }) => {
    dialled += 1;
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  };
  return { network: { connect }, dialled: () => dialled };
}

describe('a proxy that stays silent', () => {
  it('is waited for three times in a row, and then no more, which each observation says', async () => {
    const { network, dialled } = silentNetwork();
    const recording = createRecording({ network, timeouts: { connect: 30 } });
    const connect = createProxyConnector('192.0.2.9', 1080);
    for (let n = 0; n < 5; n += 1) expect((await connect(recording.context)).ok).toBe(false);
    expect(dialled()).toBe(3);
    const failures = recording.of('connect').map(({ failure }) => failure);
    expect(failures.map((failure) => failure?.kind)).toEqual(Array(5).fill('timeout'));
    expect(failures.map((failure) => failure?.detail)).toEqual([
      undefined,
      undefined,
      undefined,
      'remembered',
      'remembered',
    ]);
    expect(recording.of('connect').at(-1)).toMatchObject({ peer: 'proxy', address: '192.0.2.9', port: 1080 });
  });

  it('is asked again after half a minute', async () => {
    const { network, dialled } = silentNetwork();
    const recording = createRecording({ network, timeouts: { connect: 20 } });
    const connect = createProxyConnector('192.0.2.9', 1080);
    for (let n = 0; n < 4; n += 1) await connect(recording.context);
    expect(dialled()).toBe(3);
    const { clock, record } = recording.context;
    const passed = 30_500;
    await connect({
      ...recording.context,
      clock: { ...clock, now: () => clock.now() + passed },
      record: (startedAt, draft) => record(startedAt - passed, draft),
    });
    expect(dialled()).toBe(4);
  });

  it('is not taken for dead because a job was stopped', async () => {
    const { network, dialled } = silentNetwork();
    const connect = createProxyConnector('192.0.2.9', 1080);
    for (let n = 0; n < 5; n += 1) {
      const recording = createRecording({ network, signal: AbortSignal.timeout(10) });
      await connect(recording.context);
    }
    expect(dialled()).toBe(5);
  });

  it('that refuses is asked every time: a refusal costs nothing', async () => {
    let dialled = 0;
    const connect: Network['connect'] = async () => {
      dialled += 1;
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    };
    const recording = createRecording({ network: { connect } });
    const reach = createProxyConnector('192.0.2.9', 1080);
    for (let n = 0; n < 5; n += 1) await reach(recording.context);
    expect(dialled).toBe(5);
  });
});
