import { createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectStep } from '../../../engine/steps/connect.ts';
import { createStepContext } from '../../support/step-context.ts';
import { serveTcp } from '../../support/tcp-server.ts';

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('connectStep', () => {
  it('records the address dialled and the one bound', async () => {
    const server = await serveTcp(() => {});
    const context = createStepContext();
    const result = await connectStep(server.endpoint, { peer: 'proxy', localAddress: '127.0.0.9' }, context);
    expect(result).toMatchObject({ ok: true, value: { address: '127.0.0.1', port: server.port }, observation: 'o1' });
    expect(context.seen).toMatchObject([
      { step: 'connect', peer: 'proxy', address: '127.0.0.1', port: server.port, localAddress: '127.0.0.9' },
    ]);
    if (result.ok) result.value.socket.destroy();
  });

  it('tells a refusal, an address that is not ours, and silence', async () => {
    const context = createStepContext({ timeouts: { connect: 100 } });
    const refused = await connectStep({ address: '127.0.0.1', port: await closedPort() }, { peer: 'target' }, context);
    expect(refused).toMatchObject({ ok: false, failure: { step: 'connect', kind: 'refused', code: 'ECONNREFUSED' } });
    const foreign = await connectStep(
      { address: '127.0.0.1', port: 9 },
      { peer: 'target', localAddress: '192.0.2.9' },
      context,
    );
    expect(foreign).toMatchObject({ ok: false, failure: { kind: 'local-limit', code: 'EADDRNOTAVAIL' } });
    const never = { ...context, network: { ...context.network, connect: () => new Promise<never>(() => {}) } };
    const silent = await connectStep({ address: '127.0.0.1', port: 9 }, { peer: 'target' }, never);
    expect(silent).toMatchObject({ ok: false, failure: { kind: 'timeout' } });
    expect(context.seen).toHaveLength(3);
  });

  it('a connection that comes after its deadline is closed', async () => {
    const server = await serveTcp(() => {});
    const context = createStepContext({ timeouts: { connect: 30 } });
    const late = {
      ...context.network,
      // A network that does not notice the abort.
      connect: async () => {
        await new Promise((resolve) => setTimeout(resolve, 80));
        return context.network.connect(server.endpoint, { signal: new AbortController().signal });
      },
    };
    const result = await connectStep(server.endpoint, { peer: 'target' }, { ...context, network: late });
    expect(result).toMatchObject({ ok: false, failure: { kind: 'timeout' } });
    await expect.poll(() => server.open()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.open()).toBe(0);
  });

  it('a reset that nobody waits for does not end the process', async () => {
    const server = await serveTcp((socket) => setTimeout(() => socket.resetAndDestroy(), 10));
    const result = await connectStep(server.endpoint, { peer: 'target' }, createStepContext());
    if (!result.ok) throw new Error('no connection');
    await expect.poll(() => result.value.socket.errored).toMatchObject({ code: 'ECONNRESET' });
  });

  it('with a signal aborted already dials nothing, and says aborted', async () => {
    let dialled = 0;
    const server = await serveTcp(() => (dialled += 1));
    const context = createStepContext({ signal: AbortSignal.abort() });
    expect(await connectStep(server.endpoint, { peer: 'target' }, context)).toMatchObject({
      failure: { kind: 'aborted' },
    });
    expect(context.seen).toHaveLength(1);
    expect(dialled).toBe(0);
  });

  it('an abort at any moment leaves no connection after 100 ms', async () => {
    const server = await serveTcp(() => {});
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3000 }), async (microseconds) => {
        const controller = new AbortController();
        const until = performance.now() + microseconds / 1000;
        const work = connectStep(server.endpoint, { peer: 'target' }, createStepContext({ signal: controller.signal }));
        while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
        controller.abort();
        await work;
        await server.drained(100);
      }),
      { numRuns: 50 },
    );
  });
});
