import { describe, expect, it } from 'vitest';
import type { InterfaceAddress } from '../../../engine/network.ts';
import { createDialer } from '../../../engine/route/create-dialer.ts';
import { createRecording } from '../../support/recording-context.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';

const direct = { id: 'direct', label: 'direct', kind: 'direct' } as const;
const through = (name: string) => ({ id: name, label: name, kind: 'interface', interface: name }) as const;

const own: InterfaceAddress[] = [
  { name: 'tun0', address: 'fe80::1', family: 6, internal: false },
  { name: 'tun0', address: '169.254.3.4', family: 4, internal: false },
  { name: 'tun0', address: '127.0.0.5', family: 4, internal: false },
  { name: 'wg0', address: '127.0.0.6', family: 4, internal: false },
];

describe('direct and interface routes', () => {
  it('connect to the address asked for', async () => {
    const server = await startScriptedServer(() => {});
    const recording = createRecording();
    const result = await createDialer(direct).dial({ host: '127.0.0.1', port: server.port }, recording.context);
    expect(result).toMatchObject({ ok: true, value: { address: '127.0.0.1', port: server.port } });
    expect(recording.observations).toMatchObject([{ step: 'connect', peer: 'target', localAddress: '127.0.0.1' }]);
    if (result.ok) result.value.socket.destroy();
    await server.close();
  });

  it("leave from the interface's own address of the family, link-local ones last", async () => {
    const sources: (string | undefined)[] = [];
    const server = await startScriptedServer((socket) => sources.push(socket.remoteAddress));
    const recording = createRecording({ network: { interfaces: () => own } });
    const to = { host: '127.0.0.1', port: server.port };
    for (const name of ['tun0', 'wg0']) {
      const result = await createDialer(through(name)).dial(to, recording.context);
      expect(result.ok).toBe(true);
      if (result.ok) result.value.socket.destroy();
    }
    await expect.poll(() => sources).toEqual(['127.0.0.5', '127.0.0.6']);
    expect(recording.of('connect').map((seen) => seen.localAddress)).toEqual(['127.0.0.5', '127.0.0.6']);
    await server.close();
  });

  it.each([
    ['ppp0', '127.0.0.1', 'interface-missing'],
    ['wg0', '::1', 'no-address-in-family'],
  ])('%s cannot reach %s: %s', async (name, host, detail) => {
    const recording = createRecording({ network: { interfaces: () => own } });
    const result = await createDialer(through(name)).dial({ host, port: 9 }, recording.context);
    const failure = { step: 'connect', kind: 'unreachable', detail };
    expect(result).toEqual({ ok: false, failure, observation: 'o1' });
    expect(recording.observations).toMatchObject([
      { step: 'connect', peer: 'target', address: host, port: 9, failure },
    ]);
  });

  it("take no names: that is the caller's mistake", async () => {
    const { context, observations } = createRecording();
    await expect(createDialer(direct).dial({ host: 'example.com', port: 80 }, context)).rejects.toThrow(TypeError);
    expect(observations).toEqual([]);
  });

  it('an MTProxy has no dialer', () => {
    const secret = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const route = { id: 'm', label: 'm', kind: 'mtproxy', host: '127.0.0.1', port: 443, secret } as const;
    expect(() => createDialer(route)).toThrow('mtproxy is not a byte-stream route');
  });
});
