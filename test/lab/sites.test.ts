import { randomBytes } from 'node:crypto';
import { Agent, request as httpsRequest } from 'node:https';
import { decode, encode } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { encodeReqPqMulti } from '../../engine/mtproto/req-pq.ts';
import { createLab, type Lab } from '../../lab/create-lab.ts';
import type { SiteDeclaration } from '../../lab/scenario.ts';
import { fetchThrough } from './fetch-through.ts';
import { practiceScenario, soon } from './practice-scenario.ts';

let lab: Lab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const site = { host: 'site.example', addresses: ['52.58.1.1'] };
const asked = { address: '52.58.1.1', host: 'site.example' };

async function open(changes: Partial<SiteDeclaration> = {}, via: 'isp' | 'tunnel' = 'isp'): Promise<Lab> {
  const interfaces = [{ name: 'eth0', address: '192.168.1.23', via }];
  lab = await createLab(practiceScenario({ interfaces, sites: [{ ...site, ...changes }] }), { latencyMs: 0 });
  return lab;
}

describe('what a site answers', () => {
  it.each([
    [{ kind: 'captcha' }, 403, 'Just a moment'],
    [{ kind: 'access-denied' }, 403, '<title>Access Denied</title>'],
    [{ kind: 'legal' }, 451, 'Unavailable For Legal Reasons'],
    [{ kind: 'page', title: 'A & <B>' }, 200, '<title>A &amp; &lt;B&gt;</title>'],
    [{ kind: 'reply', status: 503, body: 'later' }, 503, 'later'],
  ] as const)('%o', async (answer, status, part) => {
    const reply = await fetchThrough(await open({ answer }), asked);
    expect(reply.status).toBe(status);
    expect(reply.body).toContain(part);
  });

  it('is sent on, where it has moved', async () => {
    const from = await open({ answer: { kind: 'redirect', to: 'https://there.example/x' } });
    expect(await fetchThrough(from, asked)).toMatchObject({
      status: 302,
      headers: { location: 'https://there.example/x' },
    });
  });

  it('is nothing under a name the site does not have', async () => {
    const reply = await fetchThrough(await open(), { ...asked, host: 'else.example', serverName: 'site.example' });
    expect(reply.status).toBe(404);
  });

  it('is a download where one is offered', async () => {
    const from = await open({ target: { id: 'site', name: 'Site', group: 'news', transfer: '/big' } });
    expect(from.targets[0]).toMatchObject({ url: 'https://site.example/', transfer: 'https://site.example/big' });
    expect((await fetchThrough(from, { ...asked, path: '/big' })).body.length).toBeGreaterThanOrEqual(128 * 1024);
  });

  it.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ] as const)('has a certificate that is %s', async (certificate, code) => {
    await expect(fetchThrough(await open({ certificate }), asked)).rejects.toMatchObject({ code });
  });

  it('turns away visitors by where they come from', async () => {
    expect((await fetchThrough(await open({ turnsAway: 'home' }, 'isp'), asked)).status).toBe(403);
    await lab?.close();
    expect((await fetchThrough(await open({ turnsAway: 'home' }, 'tunnel'), asked)).status).toBe(200);
    await lab?.close();
    expect((await fetchThrough(await open({ turnsAway: 'abroad' }, 'tunnel'), asked)).status).toBe(403);
  });

  it('is nothing when it is down: silence, or a refusal', async () => {
    const silent = await open({ answer: { kind: 'down', how: 'silent' } });
    const to = { address: '52.58.1.1', port: 443 };
    await expect(silent.network.connect(to, { signal: soon(100) })).rejects.toMatchObject({ name: 'TimeoutError' });
    await lab?.close();
    const refusing = await open({ answer: { kind: 'down', how: 'refuses' } });
    await expect(refusing.network.connect(to, { signal: soon() })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('the DoH server', () => {
  const query = (name: string, type: 'A' | 'AAAA' = 'A') =>
    encode({ type: 'query', id: 0, questions: [{ type, name }] });

  async function ask(
    from: Lab,
    method: string,
    path: string,
    body?: Buffer,
    contentType = 'application/dns-message',
  ): Promise<{ status: number; body: Buffer }> {
    const port = await from.entrance({ address: '1.1.1.1', port: 443 }, 'tcp');
    return new Promise((resolve, reject) => {
      const request = httpsRequest({
        ...{ host: '127.0.0.1', port, servername: 'dns.example', ca: from.authority, agent: false, method, path },
        headers: { host: 'dns.example', ...(body === undefined ? {} : { 'content-type': contentType }) },
      });
      request.once('error', reject);
      request.once('response', async (response) => {
        const parts: Buffer[] = [];
        for await (const part of response) parts.push(part);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) });
      });
      request.end(body);
    });
  }

  it('answers GET and POST from the true zone, whatever the provider says of the name', async () => {
    const isp = { dns: [{ names: ['site.example'], action: { kind: 'nxdomain' as const } }] };
    lab = await createLab(practiceScenario({ isp, sites: [site] }), { latencyMs: 0 });
    const got = await ask(lab, 'GET', `/dns-query?dns=${query('site.example').toString('base64url')}`);
    const posted = await ask(lab, 'POST', '/dns-query', query('Site.Example'));
    for (const { status, body } of [got, posted]) {
      expect(status).toBe(200);
      expect(decode(body).answers).toMatchObject([{ type: 'A', data: '52.58.1.1', ttl: 300 }]);
    }
    const absent = await ask(lab, 'POST', '/dns-query', query('nobody.example'));
    expect(decode(absent.body)).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
    const empty = await ask(lab, 'POST', '/dns-query', query('site.example', 'AAAA'));
    expect(decode(empty.body)).toMatchObject({ rcode: 'NOERROR', answers: [] });
  });

  it('is strict', async () => {
    const from = await open();
    expect((await ask(from, 'GET', '/')).status).toBe(404);
    expect((await ask(from, 'GET', '//')).status).toBe(404);
    expect((await ask(from, 'PUT', '/dns-query', query('site.example'))).status).toBe(405);
    expect((await ask(from, 'POST', '/dns-query', query('site.example'), 'text/plain')).status).toBe(415);
    expect((await ask(from, 'POST', '/dns-query', Buffer.alloc(5000))).status).toBe(413);
    expect((await ask(from, 'POST', '/dns-query', randomBytes(7))).status).toBe(400);
    expect((await ask(from, 'GET', '/dns-query')).status).toBe(400);
  });
});

describe("Telegram's WebSockets", () => {
  async function openSocket(from: Lab, path: string): Promise<WebSocket> {
    const port = await from.entrance({ address: '149.154.167.99', port: 443 }, 'tcp');
    return new WebSocket(`wss://127.0.0.1:${port}${path}`, 'binary', {
      agent: new Agent({ servername: 'kws2.web.telegram.org', ca: from.authority }),
      headers: { host: 'kws2.web.telegram.org' },
    });
  }

  it('answer a request with the nonce it carried', async () => {
    const socket = await openSocket(await open(), '/apiws');
    const nonce = randomBytes(16);
    const payload = encodeReqPqMulti({ messageId: BigInt(Math.floor(Date.now() / 1000)) << 32n, nonce });
    const reply = await new Promise<Buffer>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => socket.send(Buffer.concat([Buffer.of(0xef, payload.length / 4), payload])));
      socket.once('message', (data) => resolve(data as Buffer));
    });
    expect(socket.protocol).toBe('binary');
    expect(reply.includes(nonce)).toBe(true);
    socket.terminate();
  });

  it('are at one path only', async () => {
    const socket = await openSocket(await open(), '/other');
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toContain('404');
  });
});
