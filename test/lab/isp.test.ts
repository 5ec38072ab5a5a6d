import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeReqPqMulti } from '../../engine/mtproto/req-pq.ts';
import { createLab, type Lab } from '../../lab/create-lab.ts';
import type { ScenarioDeclaration } from '../../lab/scenario.ts';
import { fetchThrough } from './fetch-through.ts';
import { practiceScenario, soon } from './practice-scenario.ts';

let lab: Lab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

async function open(isp: ScenarioDeclaration['isp'], latencyMs = 0): Promise<Lab> {
  lab = await createLab(practiceScenario({ isp }), { latencyMs });
  return lab;
}

const news = { address: '52.58.1.1', host: 'news.example' };
const plain = { address: '52.58.7.7', host: 'plain.example', scheme: 'http' } as const;

/** Node's own resolver, asking a virtual server through the mapped port. */
async function resolverFor(from: Lab, address: string): Promise<Resolver> {
  const resolver = new Resolver({ timeout: 400, tries: 1 });
  resolver.setServers([`127.0.0.1:${await from.entrance({ address, port: 53 }, 'udp')}`]);
  return resolver;
}

/** Everything a plain TCP client gets for its payload until the end, an error, or `ms` of silence. */
async function exchange(port: number, payload: Buffer, ms = 250): Promise<{ received: Buffer; end: string }> {
  const socket = connectTcp(port, '127.0.0.1');
  const received: Buffer[] = [];
  const end = await new Promise<string>((resolve) => {
    socket.once('connect', () => socket.write(payload));
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.once('end', () => resolve('end'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    setTimeout(() => resolve('silence'), ms);
  });
  socket.destroy();
  return { received: Buffer.concat(received), end };
}

function handshake(from: Socket, servername: string): Promise<{ issuer: string; fingerprint: string }> {
  return new Promise((resolve, reject) => {
    const secured = connectTls({ socket: from, servername, rejectUnauthorized: false });
    secured.once('error', reject);
    secured.once('secureConnect', () => {
      const { issuer, fingerprint256 } = secured.getPeerCertificate();
      secured.destroy();
      resolve({ issuer: String(issuer.CN), fingerprint: fingerprint256 });
    });
  });
}

describe('a provider that does nothing', () => {
  it('lets a certificate through that verifies, and the whole page, at every address of the site', async () => {
    const from = await open({});
    for (const address of ['52.58.1.1', '52.58.1.2']) {
      const reply = await fetchThrough(from, { ...news, address });
      expect(reply.status).toBe(200);
      expect(reply.body.length).toBeGreaterThan(64 * 1024);
      expect(reply.body).toContain('<title>News</title>');
      expect(Math.abs(Date.parse(reply.headers.date ?? '') - Date.now())).toBeLessThan(3000);
    }
  });

  it('sends plain HTTP of a secure site to HTTPS', async () => {
    const reply = await fetchThrough(await open({}), { ...news, scheme: 'http', path: '/a?b=1' });
    expect(reply).toMatchObject({ status: 301, headers: { location: 'https://news.example/a?b=1' } });
  });

  it('shows the address a certificate for its own site when asked for another name', async () => {
    const asked = fetchThrough(await open({}), { ...news, serverName: 'neutral.example' });
    await expect(asked).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('answers DNS from the true zone', async () => {
    const resolver = await resolverFor(await open({}), '8.8.8.8');
    expect(await resolver.resolve4('news.example')).toEqual(['52.58.1.1', '52.58.1.2']);
    await expect(resolver.resolve6('news.example')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve4('nobody.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('has no DNS server where there is none', async () => {
    const resolver = await resolverFor(await open({}), '9.9.9.9');
    await expect(resolver.resolve4('news.example')).rejects.toMatchObject({ code: 'ETIMEOUT' });
  });

  it('looks names up as the system does', async () => {
    const { network } = await open({});
    expect(await network.lookup('news.example', { signal: soon() })).toEqual(['52.58.1.1', '52.58.1.2']);
    await expect(network.lookup('nobody.example', { signal: soon() })).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('DNS lies', () => {
  const lie = (action: object, resolvers: 'own' | 'all' = 'all') =>
    open({ dns: [{ names: ['news.example'], action, resolvers } as never] });

  it('gives a stub address on UDP, through the system resolver, and for names below', async () => {
    const from = await lie({ kind: 'addresses', addresses: ['95.167.13.50'] });
    const resolver = await resolverFor(from, '8.8.8.8');
    expect(await resolver.resolve4('news.example')).toEqual(['95.167.13.50']);
    expect(await resolver.resolve4('www.news.example')).toEqual(['95.167.13.50']);
    expect(await from.network.lookup('news.example', { signal: soon() })).toEqual(['95.167.13.50']);
    expect(await resolver.resolve4('other.example')).toEqual(['18.196.3.3']);
  });

  it.each([
    ['nxdomain', 'ENOTFOUND', 'ENOTFOUND'],
    ['servfail', 'ESERVFAIL', 'EAI_AGAIN'],
    ['refused', 'EREFUSED', 'EAI_AGAIN'],
  ])('answers %s', async (kind, code, systemCode) => {
    const from = await lie({ kind });
    await expect((await resolverFor(from, '8.8.8.8')).resolve4('news.example')).rejects.toMatchObject({ code });
    const lookup = from.network.lookup('news.example', { signal: soon() });
    await expect(lookup).rejects.toMatchObject({ code: systemCode });
  });

  it('is silent', async () => {
    const from = await lie({ kind: 'silence' });
    const resolver = await resolverFor(from, '8.8.8.8');
    await expect(resolver.resolve4('news.example')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    const reason = new Error('enough');
    const lookup = from.network.lookup('news.example', { signal: AbortSignal.abort(reason) });
    await expect(lookup).rejects.toBe(reason);
  });

  it('lies at its own resolver alone, where it only does that', async () => {
    const from = await lie({ kind: 'nxdomain' }, 'own');
    await expect(from.network.lookup('news.example', { signal: soon() })).rejects.toMatchObject({ code: 'ENOTFOUND' });
    const own = await resolverFor(from, '192.168.1.1');
    await expect(own.resolve4('news.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    const foreign = await resolverFor(from, '8.8.8.8');
    expect(await foreign.resolve4('news.example')).toEqual(['52.58.1.1', '52.58.1.2']);
  });

  it('injects ahead of the true answer, which arrives too', async () => {
    lab = await createLab(
      practiceScenario({
        isp: {
          dns: [
            {
              names: ['news.example'],
              action: { kind: 'addresses', addresses: ['10.10.34.34'], trueAnswerFollows: true },
            },
          ],
        },
      }),
      { latencyMs: 20 },
    );
    const { decode, encode } = await import('dns-packet');
    const channel = await lab.network.udp({ address: '8.8.8.8', port: 53 }, { signal: soon() });
    expect(channel.localAddress).toBe('192.168.1.23');
    const answers: unknown[][] = [];
    const both = new Promise<void>((resolve, reject) => {
      channel.listen((message) => {
        answers.push(
          (decode(Buffer.from(message)).answers ?? []).map((answer) => ('data' in answer ? answer.data : '')),
        );
        if (answers.length === 2) resolve();
      }, reject);
    });
    await channel.send(encode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'news.example' }] }));
    await both;
    channel.close();
    expect(answers).toEqual([['10.10.34.34'], ['52.58.1.1', '52.58.1.2']]);
  });
});

describe('connections that are stopped', () => {
  const to = { address: '52.58.1.1', port: 443 };
  const attempt = (from: Lab, endpoint = to, signal = soon()) => from.network.connect(endpoint, { signal });

  it('drops a SYN: nothing settles until the abort, and then within 100 ms with its reason', async () => {
    const from = await open({ connect: [{ prefixes: ['52.58.0.0/15'], action: 'drop' }] });
    const controller = new AbortController();
    let settled = false;
    const dialling = attempt(from, to, controller.signal).finally(() => {
      settled = true;
    });
    const outcome = expect(dialling).rejects.toThrow('patience is over');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(settled).toBe(false);
    const abortedAt = performance.now();
    controller.abort(new Error('patience is over'));
    await outcome;
    expect(performance.now() - abortedAt).toBeLessThan(100);
  });

  it('gives up within 100 ms while the handshake is on its way, and opens no socket for it', async () => {
    const from = await open({}, 400);
    const before = process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));
    const controller = new AbortController();
    const outcome = expect(attempt(from, to, controller.signal)).rejects.toThrow('never mind');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const abortedAt = performance.now();
    controller.abort(new Error('never mind'));
    await outcome;
    expect(performance.now() - abortedAt).toBeLessThan(100);
    expect(process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'))).toEqual(before);
  });

  it('spares what lies outside the prefix', async () => {
    const from = await open({ connect: [{ prefixes: ['52.58.0.0/15'], action: 'drop' }] });
    const socket = await attempt(from, { address: '18.196.3.3', port: 443 });
    expect(socket.remoteAddress).toBe('18.196.3.3');
    expect(socket.localAddress).toBe('192.168.1.23');
    socket.destroy();
  });

  it('stops one port and lets the other through', async () => {
    const from = await open({ connect: [{ prefixes: ['52.58.1.1/32'], ports: [443], action: 'refuse' }] });
    await expect(attempt(from)).rejects.toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
    (await attempt(from, { address: '52.58.1.1', port: 80 })).destroy();
  });

  it('says unreachable', async () => {
    const from = await open({ connect: [{ prefixes: ['52.58.1.1/32'], action: 'unreachable' }] });
    await expect(attempt(from)).rejects.toMatchObject({ code: 'EHOSTUNREACH' });
  });

  it('refuses a port that is shut, and is silent where nobody lives', async () => {
    const from = await open({});
    await expect(attempt(from, { address: '52.58.1.1', port: 8080 })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const reason = new Error('nobody');
    const signal = AbortSignal.any([AbortSignal.timeout(150)]);
    await expect(attempt(from, { address: '192.0.2.1', port: 443 }, signal)).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await expect(attempt(from, to, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('has no way to a family the machine lacks, and no address that is not its own', async () => {
    const from = await open({});
    const six = from.network.connect({ address: '2a00:1450:4001:829::2004', port: 443 }, { signal: soon() });
    await expect(six).rejects.toMatchObject({ code: 'ENETUNREACH' });
    const foreign = from.network.connect(to, { signal: soon(), localAddress: '192.168.1.99' });
    await expect(foreign).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  it('keeps the round trip: a connection takes one, and a request another', async () => {
    const from = await open({}, 60);
    const startedAt = performance.now();
    (await attempt(from)).destroy();
    const connectMs = performance.now() - startedAt;
    expect(connectMs).toBeGreaterThan(28);
    const port = await from.entrance({ address: '52.58.7.7', port: 80 }, 'tcp');
    const askedAt = performance.now();
    await exchange(port, Buffer.from('GET / HTTP/1.1\r\nHost: plain.example\r\nConnection: close\r\n\r\n'), 3000);
    expect(performance.now() - askedAt).toBeGreaterThan(28);
  });
});

describe('by the name in the ClientHello', () => {
  const cut = (action: 'reset' | 'close' | 'silence' | 'intercept') =>
    open({ tls: [{ names: ['news.example'], action }] });

  it('resets', async () => {
    await expect(fetchThrough(await cut('reset'), news)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('resets a name below it, and one in capitals, but not a name that merely ends alike', async () => {
    const from = await cut('reset');
    for (const serverName of ['www.news.example', 'NEWS.example']) {
      await expect(fetchThrough(from, { ...news, serverName })).rejects.toMatchObject({ code: 'ECONNRESET' });
    }
    const alike = fetchThrough(from, { ...news, serverName: 'fakenews.example' });
    await expect(alike).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('closes in an orderly way, without a byte', async () => {
    const from = await cut('close');
    const { realClientHello } = await import('./real-client-hello.ts');
    const port = await from.entrance({ address: '52.58.1.1', port: 443 }, 'tcp');
    const outcome = await exchange(port, await realClientHello({ servername: 'news.example' }));
    expect(outcome).toEqual({ received: Buffer.alloc(0), end: 'end' });
  });

  it('goes silent', async () => {
    await expect(fetchThrough(await cut('silence'), news, 300)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('sees the name when the hello comes byte by byte', async () => {
    const from = await cut('reset');
    const { realClientHello } = await import('./real-client-hello.ts');
    const hello = await realClientHello({ servername: 'news.example' });
    const socket = connectTcp(await from.entrance({ address: '52.58.1.1', port: 443 }, 'tcp'), '127.0.0.1');
    socket.setNoDelay(true);
    const reset = new Promise((resolve) => socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code)));
    for (const byte of hello) {
      if (socket.destroyed) break;
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(['ECONNRESET', 'EPIPE']).toContain(await reset);
  });

  it('intercepts with a certificate of its own, which nobody vouches for, and reads on', async () => {
    const from = await cut('intercept');
    await expect(fetchThrough(from, news)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    const honest = await from.network.connect({ address: '18.196.3.3', port: 443 }, { signal: soon() });
    const forged = await from.network.connect({ address: '52.58.1.1', port: 443 }, { signal: soon() });
    expect(await handshake(honest, 'other.example')).toMatchObject({ issuer: 'Waylight Practice Root' });
    expect(await handshake(forged, 'news.example')).toMatchObject({ issuer: 'National Trust Certificate' });
    const port = await from.entrance({ address: '52.58.1.1', port: 443 }, 'tcp');
    const { request } = await import('node:https');
    const status = await new Promise((resolve, reject) => {
      const asked = request({
        host: '127.0.0.1',
        port,
        servername: 'news.example',
        headers: { host: 'news.example' },
        rejectUnauthorized: false,
        agent: false,
      });
      asked.once('error', reject);
      asked.once('response', (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
      });
      asked.end();
    });
    expect(status).toBe(200);
  });
});

describe('by the Host of plain HTTP', () => {
  it('resets, redirects, or answers in the place of the server', async () => {
    const from = await open({ http: [{ names: ['plain.example'], action: { kind: 'reset' } }] });
    await expect(fetchThrough(from, plain)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await from.close();
    const redirecting = await open({
      http: [{ names: ['plain.example'], action: { kind: 'redirect', to: 'http://warning.rt.ru/?id=1' } }],
    });
    expect(await fetchThrough(redirecting, plain)).toMatchObject({
      status: 302,
      headers: { location: 'http://warning.rt.ru/?id=1' },
    });
    await redirecting.close();
    const body = '<p>Доступ ограничен</p>';
    const paging = await open({ http: [{ names: ['plain.example'], action: { kind: 'page', status: 200, body } }] });
    expect(await fetchThrough(paging, plain)).toMatchObject({ status: 200, body });
  });
});

describe('protocols it does not know', () => {
  const dataCentre = { address: '149.154.167.51', port: 443 };
  const nonce = randomBytes(16);
  const payload = encodeReqPqMulti({ messageId: BigInt(Math.floor(Date.now() / 1000)) << 32n, nonce });
  const abridged = Buffer.concat([Buffer.of(0xef, payload.length / 4), payload]);

  it('pass: Telegram answers', async () => {
    const from = await open({});
    const { received } = await exchange(await from.entrance(dataCentre, 'tcp'), abridged);
    expect(received.includes(nonce)).toBe(true);
  });

  it('are swallowed: the connection stands, and nothing comes back', async () => {
    const from = await open({ unknownProtocol: 'swallow' });
    const port = await from.entrance(dataCentre, 'tcp');
    for (const first of [abridged, randomBytes(64)]) {
      expect(await exchange(port, first)).toEqual({ received: Buffer.alloc(0), end: 'silence' });
    }
    expect((await fetchThrough(from, news)).status).toBe(200);
  });
});

describe('limits on what may be sent', () => {
  it('freezes after exactly 16 KiB, without an end', async () => {
    const from = await open({ limits: [{ prefixes: ['52.58.0.0/15'], freezeAfterKib: 16 }] });
    const port = await from.entrance({ address: '52.58.7.7', port: 80 }, 'tcp');
    const request = Buffer.from('GET / HTTP/1.1\r\nHost: plain.example\r\nConnection: close\r\n\r\n');
    const { received, end } = await exchange(port, request, 500);
    expect(received.length).toBe(16 * 1024);
    expect(end).toBe('silence');
  });

  it('lets an answer below the limit through whole', async () => {
    const from = await open({ limits: [{ prefixes: ['18.196.0.0/15'], freezeAfterKib: 16 }] });
    const reply = await fetchThrough(from, { address: '18.196.3.3', host: 'other.example' });
    expect(reply.status).toBe(204);
  });

  it('throttles to the rate, by name', async () => {
    const from = await open({ limits: [{ names: ['plain.example'], kibPerSecond: 64 }] });
    const startedAt = performance.now();
    const reply = await fetchThrough(from, plain);
    const seconds = (performance.now() - startedAt) / 1000;
    expect(reply.body.length).toBeGreaterThan(32 * 1024);
    expect(seconds).toBeGreaterThan(0.45);
    expect(seconds).toBeLessThan(1.5);
  });

  /** A POST of so many KiB to the plain site; resolves with the status, or with nothing once it was silent for 1.2 s. */
  async function post(from: Lab, kib: number): Promise<{ status: string | undefined; seconds: number }> {
    const port = await from.entrance({ address: plain.address, port: 80 }, 'tcp');
    const head = `POST / HTTP/1.1\r\nHost: ${plain.host}\r\nConnection: close\r\nContent-Length: ${kib * 1024}\r\n\r\n`;
    const startedAt = performance.now();
    const { received } = await exchange(port, Buffer.concat([Buffer.from(head), Buffer.alloc(kib * 1024)]), 1200);
    const status = /^HTTP\/1.1 (\d+)/.exec(received.toString('latin1'))?.[1];
    return { status, seconds: (performance.now() - startedAt) / 1000 };
  }

  it('holds up what the client sends, to the rate or for good, and leaves the other way alone', async () => {
    const throttled = await open({ limits: [{ names: ['plain.example'], kibPerSecond: 64, direction: 'up' }] });
    const slow = await post(throttled, 32);
    expect(slow.status).toBe('200');
    expect(slow.seconds).toBeGreaterThan(0.45);
    const startedAt = performance.now();
    expect((await fetchThrough(throttled, plain)).body.length).toBeGreaterThan(32 * 1024);
    expect(performance.now() - startedAt).toBeLessThan(400);
    await throttled.close();
    const frozen = await open({ limits: [{ names: ['plain.example'], freezeAfterKib: 16, direction: 'up' }] });
    expect((await post(frozen, 32)).status).toBeUndefined();
    expect((await post(frozen, 8)).status).toBe('200');
  });
});

describe('a portal', () => {
  const portal = () =>
    createLab(
      practiceScenario({
        isp: { portal: { address: '10.0.0.1' } },
        sites: [
          { host: 'news.example', addresses: ['52.58.1.1'] },
          {
            host: 'login.hotel.example',
            addresses: ['10.0.0.1'],
            scheme: 'both',
            certificate: 'untrusted',
            strangers: 'redirect',
            answer: { kind: 'page', title: 'Sign in' },
          },
        ],
      }),
      { latencyMs: 0 },
    );

  it('accepts connections to nobody, sends every visitor to itself, and shows a certificate nobody vouches for', async () => {
    lab = await portal();
    (await lab.network.connect({ address: '192.0.2.1', port: 443 }, { signal: soon() })).destroy();
    const socket = await lab.network.connect({ address: '52.58.1.1', port: 80 }, { signal: soon() });
    const { request } = await import('node:http');
    const location = await new Promise((resolve, reject) => {
      const asked = request({ createConnection: () => socket, headers: { host: 'news.example' } });
      asked.once('error', reject);
      asked.once('response', (response) => {
        response.resume();
        resolve(response.headers.location);
      });
      asked.end();
    });
    socket.destroy();
    expect(location).toBe('http://login.hotel.example/');
    const secured = await lab.network.connect({ address: '52.58.1.1', port: 443 }, { signal: soon() });
    expect(await handshake(secured, 'news.example')).toMatchObject({ issuer: 'Unknown Practice CA' });
  });
});
