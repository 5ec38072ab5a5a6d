import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findListeningProxies } from '../../../app/engine-process/probe-proxies.ts';
import { createHost } from '../../../app/host/create-host.ts';
import { usualPorts } from '../../../app/host/detect-routes.ts';
import type { Host, HostPorts } from '../../../app/host/ports.ts';
import { nodeNetwork } from '../../../engine/node-network.ts';
import { type TestPorts, testPorts } from '../../support/a-host.ts';
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts';
import { watchHost } from '../../support/watch-host.ts';

const hosts: { readonly host: Host; readonly ports: TestPorts }[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const { host, ports } of hosts.splice(0)) {
    await host.close();
    ports.remove();
  }
  for (const server of servers.splice(0)) server.close();
});

/** A SOCKS5 proxy that wants no password. */
async function socks(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.from([5, 0])));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function open(changes: Partial<HostPorts>, listening: readonly number[]) {
  const engine: FakeEngine = fakeEngine((message) => {
    if (message.type !== 'ask' || message.name !== 'findListeningProxies') return undefined;
    const { ports } = message.input as { ports: readonly number[] };
    void findListeningProxies(ports, nodeNetwork({ lookup: async () => [] })).then((value) =>
      engine.say({ type: 'answer', id: message.id, answer: { ok: true, value } }),
    );
    return undefined;
  });
  const ports = testPorts(() => engine.child, changes);
  const host = await createHost(ports, { listening });
  hosts.push({ host, ports });
  return watchHost(host);
}

describe('routes that are found', () => {
  it('come from the system, the environment and this machine’s own ports, each once and without credentials', async () => {
    const port = await socks();
    const { ask } = await open(
      {
        systemProxies: async () => ['http://proxy.example:3128', 'socks5://127.0.0.1:1', 'nonsense', 'tg://proxy?x'],
        env: {
          https_proxy: 'http://somebody:hunter2@proxy.example:3128/',
          ALL_PROXY: 'socks5h://other.example:1080',
          http_proxy: 'plain.example:8080',
        },
      },
      [port],
    );
    await ask('addRoute', { kind: 'socks5', label: 'Mine', host: '127.0.0.1', port: String(port) });
    const found = await ask('detectRoutes');
    expect(found.map(({ kind, endpoint, source, known }) => [kind, endpoint, source, known])).toEqual([
      ['http', 'proxy.example:3128', 'system', false],
      ['socks5', '127.0.0.1:1', 'system', false],
      ['socks5h', 'other.example:1080', 'environment', false],
      ['http', 'plain.example:8080', 'environment', false],
      ['socks5h', `127.0.0.1:${port}`, 'listening', true],
    ]);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|somebody/);
  });

  it('are found although the system cannot say what it is set to', async () => {
    const { ask } = await open({ systemProxies: () => Promise.reject(new Error('no answer')) }, []);
    expect(await ask('detectRoutes')).toEqual([]);
  });

  it('are looked for where proxies usually listen', () => {
    expect(usualPorts).toEqual([1080, 1086, 2080, 2334, 7890, 7897, 8080, 8118, 9050, 9150, 10808, 10809, 12334]);
  });
});
