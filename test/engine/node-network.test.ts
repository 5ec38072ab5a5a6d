import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLookupProcess, lookupInProcess } from '../../engine/lookup-process.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import { serveTcp } from '../support/tcp-server.ts';

const network = nodeNetwork();
const signal = new AbortController().signal;
/** What earlier tests close is gone by then. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));
const handles = () => process.getActiveResourcesInfo().filter((kind) => /TCP|UDP/.test(kind)).length;

describe.each([
  ['in a child process', createLookupProcess()],
  ['in this process', lookupInProcess],
])('lookup %s', (_place, lookup) => {
  it('knows this machine by name, each address once', async () => {
    const found = await lookup('localhost', { signal });
    expect(found.some((address) => address === '127.0.0.1' || address === '::1')).toBe(true);
    expect(new Set(found).size).toBe(found.length);
  });

  it('rejects with the code of a name that is none', async () => {
    // Longer than a label may be (RFC 1035 2.3.4): refused by every resolver's own library, so nothing is sent.
    await expect(lookup(`${'x'.repeat(64)}.invalid`, { signal })).rejects.toMatchObject({
      code: expect.stringMatching(/^E/),
    });
  });

  it('rejects with the reason of an abort', async () => {
    await expect(lookup('localhost', { signal: AbortSignal.abort('stop') })).rejects.toBe('stop');
    const controller = new AbortController();
    const asked = lookup('localhost', { signal: controller.signal });
    controller.abort('later');
    await expect(asked).rejects.toBe('later');
  });

  it('answers many at once, each with its own', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `127.0.0.${index + 1}`);
    const answers = await Promise.all(names.map((name) => lookup(name, { signal })));
    expect(answers).toEqual(names.map((name) => [name]));
  });
});

describe('lookup where no child process can be started', () => {
  it('goes on in this process', async () => {
    const { execPath } = process;
    process.execPath = '/nowhere/node';
    onTestFinished(() => {
      process.execPath = execPath;
    });
    const lookup = createLookupProcess();
    expect(await lookup('127.0.0.3', { signal })).toEqual(['127.0.0.3']);
    process.execPath = execPath;
    expect(await lookup('127.0.0.4', { signal })).toEqual(['127.0.0.4']);
  });
});

describe('connect', () => {
  it('gives a socket that sends at once, from the address asked for', async () => {
    const server = await serveTcp(() => {});
    const socket = await network.connect(server.endpoint, { signal, localAddress: '127.0.0.7' });
    expect(socket).toMatchObject({ localAddress: '127.0.0.7', remotePort: server.port });
    socket.destroy();
  });

  it('rejects with the code, and with the reason within 100 ms of an abort while it waits', async () => {
    const full = createServer();
    await new Promise<void>((resolve) => full.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, resolve));
    onTestFinished(() => void full.close());
    await settled();
    const before = handles();
    const controller = new AbortController();
    const refused = network.connect({ address: '127.0.0.1', port: 1 }, { signal });
    await expect(refused).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const port = (full.address() as { port: number }).port;
    const asked = network.connect({ address: '127.0.0.1', port }, { signal: controller.signal });
    controller.abort('stop');
    await expect(asked).rejects.toBe('stop');
    await expect.poll(handles, { timeout: 100 }).toBe(before);
  });
});

describe('udp', () => {
  async function echo() {
    const server = createSocket('udp4');
    server.on('message', (message, from) =>
      server.send(Buffer.concat([message, Buffer.from('!')]), from.port, from.address),
    );
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return { address: '127.0.0.1', port: server.address().port };
  }

  it('sends and hears, and knows its source address before a packet is sent', async () => {
    const channel = await network.udp(await echo(), { signal, localAddress: '127.0.0.5' });
    expect(channel.localAddress).toBe('127.0.0.5');
    const heard = new Promise<Uint8Array>((resolve, reject) => channel.listen(resolve, reject));
    await channel.send(Buffer.from('hi'));
    expect(Buffer.from(await heard).toString()).toBe('hi!');
    channel.close();
    channel.close();
    await expect(channel.send(Buffer.from('x'))).rejects.toMatchObject({ code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });
  });

  it('chooses a source address by itself', async () => {
    const channel = await network.udp({ address: '127.0.0.1', port: 9 }, { signal });
    expect(channel.localAddress).toBe('127.0.0.1');
    channel.close();
  });

  it('tells of a port nobody listens on', async () => {
    const target = await echo();
    const other = createSocket('udp4');
    await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve));
    const port = other.address().port;
    await new Promise<void>((resolve) => other.close(resolve));
    expect(port).not.toBe(target.port);
    const channel = await network.udp({ address: '127.0.0.1', port }, { signal });
    const failed = new Promise((resolve) => channel.listen(() => {}, resolve));
    await channel.send(Buffer.from('x'));
    expect(await failed).toMatchObject({ code: 'ECONNREFUSED' });
    channel.close();
  });

  it('rejects where there is no way, and on an abort, leaving no socket', async () => {
    await settled();
    const before = handles();
    await expect(
      network.udp({ address: '127.0.0.1', port: 9 }, { signal, localAddress: '192.0.2.1' }),
    ).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
    });
    const controller = new AbortController();
    const asked = network.udp({ address: '127.0.0.1', port: 9 }, { signal: controller.signal });
    controller.abort('stop');
    await expect(asked).rejects.toBe('stop');
    const open = await network.udp({ address: '127.0.0.1', port: 9 }, { signal });
    open.close();
    await expect.poll(handles, { timeout: 100 }).toBe(before);
  });
});

describe('interfaces', () => {
  it('are those of the system', () => {
    const found = network.interfaces();
    expect(found.filter((entry) => entry.address === '127.0.0.1')).toMatchObject([{ family: 4, internal: true }]);
    expect(found).toHaveLength(Object.values(networkInterfaces()).flat().length);
  });
});
