import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decode, encode } from 'dns-packet';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DeadlineError } from '../../../engine/deadline.ts';
import { createDialer } from '../../../engine/route/create-dialer.ts';
import type { Dialer } from '../../../engine/step.ts';
import { createDohClient, type DohClient } from '../../../engine/steps/resolve-doh.ts';
import { createTestAuthority } from '../../support/certificates.ts';
import { answerTo, type Respond, sendAnswer, startDohServer } from '../../support/doh-server.ts';
import { createRecording, type RecordingOptions } from '../../support/recording-context.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';

const authority = createTestAuthority();
const direct = createDialer({ id: 'direct', label: 'direct', kind: 'direct' });
const host = 'doh.example';

const startDoh = (respond?: Respond, certifiedFor = host) => startDohServer(authority, certifiedFor, respond);

function createClient(port: number, options: { host?: string; addresses?: string[]; dialer?: Dialer } = {}): DohClient {
  const { host: name = host, addresses = ['127.0.0.1'], dialer = direct } = options;
  const client = createDohClient({ server: { url: `https://${name}:${port}/dns-query{?dns}`, addresses }, dialer });
  onTestFinished(() => client.close());
  return client;
}

const record = (options: RecordingOptions = {}) => createRecording({ trust: { extra: [authority.pem] }, ...options });

describe('a DoH query', () => {
  it('asks for both families with POST, and records one observation', async () => {
    const { port, requests } = await startDoh();
    const { context, observations, lookedUp } = record({ facts: () => ({ asn: 64500 }) });
    const value = [
      { address: '192.0.2.1', ttl: 60, asn: 64500 },
      { address: '2001:db8::1', ttl: 60, asn: 64500 },
    ];
    expect(await createClient(port).resolve('www.example.com', context)).toEqual({
      ok: true,
      value,
      observation: 'o1',
    });
    expect(observations).toMatchObject([
      { step: 'resolve', resolver: 'doh', server: host, name: 'www.example.com', answers: value, rcode: 'NOERROR' },
    ]);
    expect(observations).toHaveLength(1);
    expect(lookedUp).toEqual([]);
    for (const { head, message } of requests) {
      expect(head.method).toBe('POST');
      expect(head.url).toBe('/dns-query');
      expect(head.headers).toMatchObject({
        host: `${host}:${port}`,
        'content-type': 'application/dns-message',
        accept: 'application/dns-message',
      });
      expect(decode(message)).toMatchObject({ id: 0, questions: [{ name: 'www.example.com' }] });
    }
  });

  it('shares two connections among all names', async () => {
    const { port, connections, requests } = await startDoh();
    const { context, observations } = record();
    const client = createClient(port);
    const names = Array.from({ length: 30 }, (_, index) => `host-${index}.example`);
    const results = await Promise.all(names.map((name) => client.resolve(name, context)));
    expect(results.every((result) => result.ok)).toBe(true);
    expect(requests).toHaveLength(60);
    expect(connections).toHaveLength(2);
    expect(observations).toHaveLength(30);
    const asked = requests.map(({ message }) => decode(message).questions?.[0]?.name);
    expect(new Set(asked).size).toBe(30);
  });

  it('verifies an address in the URL against the certificate, without a server name', async () => {
    const { port } = await startDoh(undefined, '127.0.0.1');
    const client = createClient(port, { host: '127.0.0.1' });
    expect((await client.resolve('www.example.com', record().context)).ok).toBe(true);
  });

  it('trusts nobody whose certificate is for another host', async () => {
    const { port, requests } = await startDoh(undefined, 'other.example');
    const result = await createClient(port).resolve('www.example.com', record().context);
    expect(result).toMatchObject({ failure: { step: 'resolve', kind: 'cert-host', detail: 'doh-tls' } });
    expect(requests).toEqual([]);
  });

  it('tries the second address when the first is dead', async () => {
    const { port } = await startDoh();
    const client = createClient(port, { addresses: ['127.0.0.9', '127.0.0.1'] });
    expect((await client.resolve('www.example.com', record().context)).ok).toBe(true);
  });

  it('is given by name to a route that resolves at its far end', async () => {
    const { port } = await startDoh();
    const dialled: string[] = [];
    const dialer: Dialer = {
      remoteDns: true,
      dial: (to, context) => {
        dialled.push(to.host);
        return direct.dial({ host: '127.0.0.1', port: to.port }, context);
      },
    };
    const client = createClient(port, { dialer, addresses: ['192.0.2.77'] });
    const { context, observations } = record();
    expect((await client.resolve('www.example.com', context)).ok).toBe(true);
    expect(new Set(dialled)).toEqual(new Set([host]));
    expect(observations.map((seen) => seen.step)).toEqual(['resolve']);
  });

  it('opens a new connection when an idle one was closed', async () => {
    const { port, connections, server } = await startDoh();
    const { context } = record();
    const client = createClient(port);
    expect((await client.resolve('one.example', context)).ok).toBe(true);
    server.closeAllConnections();
    expect((await client.resolve('two.example', context)).ok).toBe(true);
    expect(connections.length).toBeGreaterThan(2);
  });

  it('does so when the server says goodbye in its answer, too', async () => {
    const { port } = await startDoh((response, message) => {
      response.setHeader('Connection', 'close');
      sendAnswer(response, message, 0);
    });
    const { context } = record();
    const client = createClient(port);
    for (const name of ['one.example', 'two.example', 'three.example']) {
      expect((await client.resolve(name, context)).ok).toBe(true);
    }
  });

  it('sends nothing for a name no query can carry', async () => {
    const { port, connections } = await startDoh();
    const result = await createClient(port).resolve('a b', record().context);
    expect(result).toMatchObject({ failure: { kind: 'local-limit', detail: 'name' } });
    expect(connections).toEqual([]);
  });

  it('is only made for https', () => {
    const server = { url: 'http://doh.example/dns-query', addresses: ['127.0.0.1'] };
    expect(() => createDohClient({ server, dialer: direct })).toThrow(TypeError);
  });
});

describe('a DoH server that misbehaves', () => {
  const typed = { 'Content-Type': 'application/dns-message' };
  it.each<[string, Respond, object]>([
    [
      '403',
      (response) => response.writeHead(403).end('blocked'),
      { kind: 'http-status', code: '403', detail: 'doh-http' },
    ],
    [
      'a redirect',
      (response) => response.writeHead(302, { Location: 'http://portal.example/' }).end(),
      { kind: 'http-status', code: '302' },
    ],
    [
      'a page',
      (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>'),
      { kind: 'http-malformed', detail: 'doh-http' },
    ],
    ['too much', (response) => response.writeHead(200, typed).end(Buffer.alloc(70_000)), { kind: 'http-malformed' }],
    ['garbage', (response) => response.writeHead(200, typed).end('garbage'), { kind: 'dns-malformed' }],
    ['nothing', (response) => response.writeHead(200, typed).end(), { kind: 'dns-malformed' }],
    [
      'an answer to another question',
      (response) =>
        response
          .writeHead(200, typed)
          .end(answerTo(encode({ id: 0, questions: [{ type: 'A', name: 'other.example' }] }))),
      { kind: 'dns-malformed' },
    ],
    ['an early end', (response) => response.socket?.end(), { kind: 'eof', detail: 'doh-http' }],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { ...typed, 'Content-Length': '500' });
        response.write('x');
        setTimeout(() => response.socket?.destroy(), 10);
      },
      { kind: 'eof' },
    ],
    ['silence', () => {}, { kind: 'timeout', detail: 'doh-http' }],
  ])('%s', async (_title, respond, failure) => {
    const { port, open } = await startDoh(respond);
    const { context, observations } = record({ timeouts: { resolve: 400 } });
    const client = createClient(port);
    const result = await client.resolve('www.example.com', context);
    expect(result).toMatchObject({ ok: false, failure: { step: 'resolve', ...failure } });
    expect(observations).toMatchObject([{ resolver: 'doh', answers: [], failure: result.ok ? {} : result.failure }]);
    client.close();
    await expect.poll(open).toBe(0);
  });

  it('an endless answer is cut off', async () => {
    let sent = 0;
    const { port } = await startDoh((response) => {
      response.writeHead(200, typed);
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) sent += 16_384;
      };
      response.on('drain', pour);
      pour();
    });
    const result = await createClient(port).resolve('www.example.com', record().context);
    expect(result).toMatchObject({ failure: { kind: 'http-malformed' } });
    expect(sent).toBeLessThan(20_000_000);
  });

  it('plain HTTP instead of TLS', async () => {
    const server = createServer((_, response) => response.end('hello'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const result = await createClient(port).resolve('www.example.com', record().context);
    expect(result).toMatchObject({ failure: { step: 'resolve', kind: 'tls-protocol', detail: 'doh-tls' } });
  });
});

describe('a DoH server that cannot be reached', () => {
  it('costs its time once, and every name says so in an observation of its own', async () => {
    // Accepts and never says a word: the handshake hangs.
    const silent = await startScriptedServer(() => {});
    onTestFinished(() => silent.close());
    const { context, of } = record({ timeouts: { resolve: 300 } });
    const client = createClient(silent.port);
    const before = performance.now();
    const names = Array.from({ length: 60 }, (_, index) => `host-${index}.example`);
    const results = await Promise.all(names.map((name) => client.resolve(name, context)));
    expect(performance.now() - before).toBeLessThan(900);
    expect(results.every((result) => !result.ok && result.failure.kind === 'timeout')).toBe(true);
    const seen = of('resolve');
    expect(seen).toHaveLength(60);
    const details = seen.map((observation) => observation.failure?.detail);
    expect(details.filter((detail) => detail === 'doh-tls').length).toBeLessThanOrEqual(2);
    expect(details.filter((detail) => detail === 'doh-tls-remembered').length).toBeGreaterThanOrEqual(58);
    for (const { failure, ms } of seen) {
      if (failure?.detail === 'doh-tls-remembered') expect(ms).toBeLessThan(100);
      else expect(ms).toBeGreaterThanOrEqual(295);
    }
    expect(silent.received.length).toBeLessThanOrEqual(2);
    await expect.poll(() => silent.openConnections()).toBe(0);
  });

  it('is asked again after a while', async () => {
    const { port } = await startDoh();
    let [later, address] = [0, '127.0.0.9'];
    const { context } = record();
    const clock = { ...context.clock, now: () => context.clock.now() + later };
    const dial: Dialer['dial'] = (to, silent) => direct.dial({ ...to, host: address }, silent);
    const client = createClient(port, { dialer: { remoteDns: false, dial } });
    const ask = async () => {
      const result = await client.resolve('www.example.com', { ...context, clock, record: () => 'o' });
      return result.ok ? 'ok' : result.failure.detail;
    };
    expect(await ask()).toBe('doh-connect');
    address = '127.0.0.1';
    expect(await ask()).toBe('doh-connect-remembered');
    later = 31_000;
    expect(await ask()).toBe('ok');
  });
});

describe('stopping', () => {
  it("one query's abort leaves the connection to the others", async () => {
    const waiting: (() => void)[] = [];
    const { port, connections } = await startDoh((response, message) => {
      waiting.push(() => sendAnswer(response, message, 0));
    });
    const client = createClient(port);
    const stop = new AbortController();
    const first = record({ signal: stop.signal });
    const second = record();
    const aborted = client.resolve('first.example', first.context);
    const kept = client.resolve('second.example', second.context);
    await expect.poll(() => waiting.length).toBe(2);
    const before = performance.now();
    stop.abort();
    expect(await aborted).toEqual({ ok: false, failure: { step: 'resolve', kind: 'aborted' }, observation: 'o1' });
    expect(performance.now() - before).toBeLessThan(100);
    const release = setInterval(() => waiting.splice(0).forEach((send) => void send()), 5);
    expect((await kept).ok).toBe(true);
    clearInterval(release);
    expect(connections).toHaveLength(2);
  });

  it("the last query's abort closes everything", async () => {
    const { port, open, requests } = await startDoh(() => {});
    const client = createClient(port);
    const stop = new AbortController();
    const contexts = [1, 2, 3].map(() => record({ signal: stop.signal }));
    const all = contexts.map(({ context }) => client.resolve('www.example.com', context));
    await expect.poll(() => requests.length).toBe(2);
    stop.abort();
    for (const result of await Promise.all(all)) expect(result).toMatchObject({ failure: { kind: 'aborted' } });
    await expect.poll(open, { timeout: 100 }).toBe(0);
    expect(contexts.every(({ observations }) => observations.length === 1)).toBe(true);
  });

  it('a deadline that ends the only query leaves the connection to the next name', async () => {
    const waiting: (() => void)[] = [];
    const { port, connections } = await startDoh((response, message, index) => {
      if (index < 2) waiting.push(() => sendAnswer(response, message, index));
      else sendAnswer(response, message, index);
    });
    const client = createClient(port);
    const stop = new AbortController();
    const asked = client.resolve('one.example', record({ signal: stop.signal }).context);
    await expect.poll(() => waiting.length).toBe(2);
    stop.abort(new DeadlineError('enough'));
    expect(await asked).toMatchObject({ failure: { kind: 'timeout', detail: 'job' } });
    for (const send of waiting) send();
    expect((await client.resolve('two.example', record().context)).ok).toBe(true);
    expect(connections).toHaveLength(2);
  });

  it('an abort keeps the family that had come', async () => {
    const { port, requests } = await startDoh((response, message, index) => {
      if (decode(message).questions?.[0]?.type === 'A') sendAnswer(response, message, index);
    });
    const stop = new AbortController();
    const asked = createClient(port).resolve('www.example.com', record({ signal: stop.signal }).context);
    await expect.poll(() => requests.length).toBe(2);
    setTimeout(() => stop.abort(), 50);
    expect(await asked).toMatchObject({ ok: true, value: [{ address: '192.0.2.1' }] });
  });

  it('a client lives on after that', async () => {
    let silent = true;
    const { port } = await startDoh((response, message, index) => silent || sendAnswer(response, message, index));
    const client = createClient(port);
    const stop = new AbortController();
    const asked = client.resolve('www.example.com', record({ signal: stop.signal }).context);
    setTimeout(() => stop.abort(), 30);
    expect((await asked).ok).toBe(false);
    silent = false;
    expect((await client.resolve('www.example.com', record().context)).ok).toBe(true);
  });

  it('close ends what is under way, and what comes later', async () => {
    const { port, open, requests } = await startDoh(() => {});
    const client = createClient(port);
    const asked = client.resolve('www.example.com', record().context);
    await expect.poll(() => requests.length).toBe(2);
    client.close();
    expect(await asked).toMatchObject({ failure: { kind: 'aborted' } });
    expect(await client.resolve('www.example.com', record().context)).toMatchObject({ failure: { kind: 'aborted' } });
    await expect.poll(open, { timeout: 100 }).toBe(0);
  });

  it('an idle client holds no query, and close ends its connections', async () => {
    const { port, open } = await startDoh();
    const client = createClient(port);
    await client.resolve('www.example.com', record().context);
    expect(open()).toBe(2);
    client.close();
    await expect.poll(open, { timeout: 100 }).toBe(0);
  });
});
