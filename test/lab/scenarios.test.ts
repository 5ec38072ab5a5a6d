import { execFile } from 'node:child_process';
import dgram from 'node:dgram';
import net, { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLab, type Lab } from '../../lab/create-lab.ts';
import { type Scenario, scenarioSchema } from '../../lab/scenario.ts';
import { allScenarios, findScenario } from '../../lab/scenarios/all-scenarios.ts';
import { targetSchema } from '../../model/target.ts';
import { fetchThrough, type Reply } from './fetch-through.ts';
import { practiceScenario, soon } from './practice-scenario.ts';

let lab: Lab | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await lab?.close();
  lab = undefined;
});

function scenario(id: string): Scenario {
  const found = findScenario(id);
  if (found === undefined) throw new Error(`no scenario ${id}`);
  return found;
}

async function open(id: string): Promise<Lab> {
  lab = await createLab(scenario(id), { latencyMs: 0 });
  return lab;
}

/** Looks a target up and fetches it as the user's machine would, with Node's own HTTP client. */
async function visit(from: Lab, id: string, ms = 400): Promise<Reply> {
  const target = [...from.targets, ...from.baselines].find((candidate) => candidate.id === id);
  if (target?.url === undefined) throw new Error(`no target ${id}`);
  const signal = soon(ms);
  const [address = ''] = await from.network.lookup(target.host, { signal });
  (await from.network.connect({ address, port: target.port }, { signal })).destroy();
  const url = new URL(target.url);
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  return fetchThrough(from, { address, host: target.host, path: url.pathname, scheme }, ms);
}

const sockets = () =>
  process
    .getActiveResourcesInfo()
    .filter((name) => /TCP|UDP|TLS|Timeout/.test(name))
    .sort();

describe('every scenario', () => {
  it('is valid, has its own id, and russia-2018 comes first', () => {
    expect(allScenarios[0].id).toBe('russia-2018');
    expect(new Set(allScenarios.map(({ id }) => id)).size).toBe(allScenarios.length);
    for (const candidate of allScenarios) expect(scenarioSchema.parse(candidate)).toEqual(candidate);
    expect(findScenario('nowhere')).toBeUndefined();
  });

  it.each(allScenarios.map(({ id }) => id))('%s lists valid targets with ids of their own', async (id) => {
    const from = await open(id);
    const all = [...from.targets, ...from.baselines];
    for (const target of all) expect(targetSchema.parse(target)).toEqual(target);
    expect(new Set(all.map((target) => target.id)).size).toBe(all.length);
    expect(from.baselines).toHaveLength(4);
    expect(from.targets.length).toBeGreaterThan(30);
    expect(from.routes[0]).toEqual({ id: 'direct', kind: 'direct', label: 'Current connection' });
  });

  it.each(allScenarios.map(({ id }) => id))('%s leaves neither socket nor timer behind', async (id) => {
    const before = sockets();
    const from = await createLab(scenario(id), { latencyMs: 5 });
    const work = from.targets.map((target) => visit(from, target.id, 120).catch(() => {}));
    const channel = await from.network.udp(from.dns, { signal: soon() }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await from.close();
    await Promise.all(work);
    channel?.close();
    // The deadlines of visit() are the test's own.
    await vi.waitFor(() =>
      expect(sockets().filter((name) => name !== 'Timeout')).toEqual(before.filter((name) => name !== 'Timeout')),
    );
  });
});

describe('russia-2018', () => {
  it('takes the bystanders down with Telegram and leaves the others', async () => {
    const from = await open('russia-2018');
    for (const id of ['example-bank', 'example-wallet', 'example-shop', 'viber', 'twitch', 'gmail', 'telegram-web']) {
      await expect(visit(from, id, 150), id).rejects.toMatchObject({ name: 'TimeoutError' });
    }
    for (const id of ['wikipedia', 'github', 'vk', 'yandex', 'youtube', 'example-school']) {
      expect((await visit(from, id)).status, id).toBeLessThan(300);
    }
  });

  it('lists Telegram targets given by the caller first, and serves every data centre abroad', async () => {
    const { default: telegram } = await import('../../data/telegram.json', { with: { type: 'json' } });
    const { telegramTargets } = await import('../../app/telegram-targets.ts');
    const { telegramDataSchema } = await import('../../model/telegram.ts');
    const targets = telegramTargets(telegramDataSchema.parse(telegram));
    lab = await createLab({ ...scenario('russia-2018'), isp: scenario('healthy').isp }, { latencyMs: 0, targets });
    expect(lab.targets.slice(0, targets.length)).toEqual(targets);
    for (const { endpoints = [] } of targets) {
      for (const { address, port } of endpoints.filter((endpoint) => !endpoint.address.includes(':'))) {
        (await lab.network.connect({ address, port }, { signal: soon() })).destroy();
      }
    }
  });
});

describe('Telegram in russia-2018', () => {
  it('is silent at every address of every data centre', async () => {
    const { default: telegram } = await import('../../data/telegram.json', { with: { type: 'json' } });
    const from = await open('russia-2018');
    const all = telegram.dataCentres.flatMap(({ addresses }) => addresses.map(({ address }) => address));
    const outcomes = await Promise.all(
      all
        .filter((address) => !address.includes(':'))
        .map((address) =>
          from.network.connect({ address, port: 443 }, { signal: soon(150) }).catch(({ name }) => name),
        ),
    );
    expect(new Set(outcomes)).toEqual(new Set(['TimeoutError']));
  });
});

describe('russia-2026', () => {
  it('cuts names, lies about names, freezes, and lets the rest pass', async () => {
    const from = await open('russia-2026');
    await expect(visit(from, 'youtube')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(visit(from, 'discord', 300)).rejects.toMatchObject({ name: 'AbortError' });
    await expect(visit(from, 'chatgpt', 300)).rejects.toMatchObject({ name: 'AbortError' });
    await expect(visit(from, 'whatsapp')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(visit(from, 'dw')).rejects.toMatchObject({ code: expect.stringMatching(/^(UNABLE|ERR_TLS)/) });
    expect((await visit(from, 'vk')).status).toBe(200);
  });

  it('shows the page behind the stub to everyone', async () => {
    const from = await open('russia-2026');
    const reply = await fetchThrough(from, { address: '95.167.13.50', host: 'www.dw.com', scheme: 'http' });
    expect(reply.body).toContain('eais.rkn.gov.ru');
  });
});

describe('the baselines', () => {
  it.each(['healthy', 'russia-2018', 'russia-2026', 'vpn-on'])('answer in %s as the real ones do', async (id) => {
    const from = await open(id);
    expect(await visit(from, 'cloudflare-204')).toMatchObject({ status: 204, body: '' });
    expect(await visit(from, 'google-204')).toMatchObject({ status: 204, body: '' });
    expect((await visit(from, 'apple-captive')).body).toBe(
      '<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>',
    );
    expect((await visit(from, 'msft-connect')).body).toBe('Microsoft Connect Test');
    expect(from.baselines.map(({ url }) => url)).toContain('http://cp.cloudflare.com/generate_204');
  });

  it('are answered by the portal in captive-portal', async () => {
    const from = await open('captive-portal');
    const socket = await from.network.connect({ address: '192.0.2.1', port: 443 }, { signal: soon() });
    socket.destroy();
    const port = await from.entrance({ address: '10.0.0.1', port: 80 }, 'tcp');
    const reply = await fetch(`http://127.0.0.1:${port}/generate_204`, { redirect: 'manual' });
    expect(reply.status).toBe(302);
    expect(reply.headers.get('location')).toBe('http://login.hotel.example/');
  });
});

describe('offline', () => {
  it('has no interface, no resolver and no way out', async () => {
    const { network, host } = await open('offline');
    const signal = soon();
    expect(network.interfaces().filter(({ internal }) => !internal)).toEqual([]);
    expect(host.defaultRouteInterfaces).toEqual([]);
    await expect(network.lookup('vk.com', { signal })).rejects.toMatchObject({ code: 'EAI_AGAIN' });
    await expect(network.connect({ address: '8.8.8.8', port: 53 }, { signal })).rejects.toMatchObject({
      code: 'ENETUNREACH',
    });
    await expect(network.udp({ address: '8.8.8.8', port: 53 }, { signal })).rejects.toMatchObject({
      code: 'ENETUNREACH',
    });
  });
});

describe('vpn-on', () => {
  it('carries the current connection through the tunnel, and the cable past it', async () => {
    const from = await open('vpn-on');
    const channel = await from.network.udp({ address: '192.0.2.1', port: 9 }, { signal: soon() });
    expect(channel.localAddress).toBe('10.8.0.2');
    channel.close();
    expect((await visit(from, 'youtube')).status).toBe(204);
    expect((await visit(from, 'gosuslugi')).status).toBe(403);
    const cable = await from.network.connect(
      { address: '142.250.185.78', port: 443 },
      { signal: soon(), localAddress: '192.168.1.23' },
    );
    const { realClientHello } = await import('./real-client-hello.ts');
    const reset = new Promise((resolve) => cable.once('error', (error: NodeJS.ErrnoException) => resolve(error.code)));
    cable.write(await realClientHello({ servername: 'www.youtube.com' }));
    expect(await reset).toBe('ECONNRESET');
  });
});

describe('healthy', () => {
  it('has both families', async () => {
    const { network } = await open('healthy');
    const addresses = await network.lookup('www.wikipedia.org', { signal: soon() });
    expect(addresses).toEqual(['185.15.59.224', '2a02:ec80:300:ed1a::1']);
    const socket = await network.connect({ address: '2a02:ec80:300:ed1a:0:0:0:1', port: 443 }, { signal: soon() });
    expect(socket).toMatchObject({ remoteAddress: '2a02:ec80:300:ed1a::1', localAddress: '2a02:6b8:0:40c::23' });
    socket.destroy();
  });
});

describe('a lab', () => {
  it('starts and closes in a few tens of milliseconds with hundreds of sites', async () => {
    const sites = Array.from({ length: 500 }, (_, index) => ({
      host: `site-${index}.example`,
      addresses: [`52.${58 + (index >> 8)}.9.${index & 255}`],
    }));
    const many = practiceScenario({ sites });
    const startedAt = performance.now();
    const from = await createLab(many);
    const startMs = performance.now() - startedAt;
    await from.close();
    expect(startMs).toBeLessThan(150);
  });

  it('holds hundreds of silent connections without a warning, and ends them all', async () => {
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown) => warnings.push(warning);
    process.on('warning', onWarning);
    const from = await createLab(practiceScenario(), { latencyMs: 0 });
    const { signal } = new AbortController();
    const waits = Array.from({ length: 300 }, (_, index) =>
      from.network.connect({ address: `192.0.2.${index % 250}`, port: 443 }, { signal }).catch((error) => error.code),
    );
    await from.close();
    expect(new Set(await Promise.all(waits))).toEqual(new Set(['ENETDOWN']));
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  it('rejects whatever is asked of it once closed', async () => {
    const from = await createLab(practiceScenario(), { latencyMs: 0 });
    await from.close();
    const { signal } = new AbortController();
    const gone = { code: 'ENETDOWN' };
    for (const address of ['52.58.1.1', '192.0.2.1']) {
      await expect(from.network.connect({ address, port: 443 }, { signal })).rejects.toMatchObject(gone);
    }
    await expect(from.network.lookup('news.example', { signal })).rejects.toMatchObject(gone);
    await expect(from.network.udp(from.dns, { signal })).rejects.toMatchObject(gone);
  });

  it('opens no socket to anything but this machine', async () => {
    const dialled: unknown[] = [];
    const connect = Socket.prototype.connect;
    vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
      const [first] = args.flat(2) as [{ host?: string } | undefined];
      dialled.push(first?.host);
      return Reflect.apply(connect, this, args);
    });
    const bound: unknown[] = [];
    const listen = net.Server.prototype.listen;
    vi.spyOn(net.Server.prototype, 'listen').mockImplementation(function (this: net.Server, ...args: unknown[]) {
      bound.push(args[1]);
      return Reflect.apply(listen, this, args);
    });
    const { bind, connect: connectUdp, send } = dgram.Socket.prototype;
    vi.spyOn(dgram.Socket.prototype, 'bind').mockImplementation(function (this: dgram.Socket, ...args: unknown[]) {
      bound.push(args[1]);
      return Reflect.apply(bind, this, args);
    });
    vi.spyOn(dgram.Socket.prototype, 'connect').mockImplementation(function (this: dgram.Socket, ...args: unknown[]) {
      dialled.push(args[1]);
      return Reflect.apply(connectUdp, this, args);
    });
    vi.spyOn(dgram.Socket.prototype, 'send').mockImplementation(function (this: dgram.Socket, ...args: unknown[]) {
      if (typeof args[1] === 'number') dialled.push(args[2]);
      return Reflect.apply(send, this, args);
    });
    const { encode } = await import('dns-packet');
    for (const { id } of allScenarios) {
      const from = await createLab(scenario(id), { latencyMs: 0 });
      await Promise.all(from.targets.map((target) => visit(from, target.id, 150).catch(() => {})));
      const channel = await from.network.udp(from.dns, { signal: soon() }).catch(() => undefined);
      if (channel !== undefined) {
        const answered = new Promise<void>((resolve, reject) => channel.listen(() => resolve(), reject));
        await channel.send(encode({ type: 'query', id: 1, questions: [{ type: 'A', name: 'vk.com' }] }));
        await answered;
      }
      await from.close();
    }
    expect(dialled.length).toBeGreaterThan(200);
    expect(bound.length).toBeGreaterThan(100);
    expect(new Set([...dialled, ...bound])).toEqual(new Set(['127.0.0.1']));
  });

  it('lets the process end by itself once closed', async () => {
    const program = `
      import { createLab } from './lab/create-lab.ts';
      import { russia2026 } from './lab/scenarios/russia-2026.ts';
      const lab = await createLab(russia2026);
      const signal = AbortSignal.timeout(60_000);
      lab.network.connect({ address: '192.0.2.1', port: 443 }, { signal }).catch(() => {});
      await lab.network.connect({ address: '87.240.132.72', port: 443 }, { signal });
      await lab.network.udp(lab.dns, { signal });
      await lab.close();
      console.log('closed');
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      timeout: 8000,
    });
    expect(stdout).toBe('closed\n');
  });
});
