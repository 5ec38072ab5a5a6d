import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callNames } from '../../model/call-names.ts';
import { type Message, send } from './support/send.ts';
import { startTestHost, type TestHost } from './support/start-test-host.ts';

let host: TestHost;
let other: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  other = await startTestHost();
});
afterAll(() => Promise.all([host.close(), other.close()]));

const json = (value: unknown) => JSON.stringify(value);

describe('a call of our own page', () => {
  it.each(callNames)('%s reaches the gate with its input', async (name) => {
    const input = { text: 'Ёж', list: [1, { deep: null }] };
    const { status, headers, text } = await send(host, { path: `/api/${name}`, body: json(input) });
    expect({ status, answer: JSON.parse(text) }).toEqual({
      status: 200,
      answer: { ok: true, value: { heard: input } },
    });
    expect(headers['content-type']).toBe('application/json');
    expect(host.calls.at(-1)).toEqual({ name, input });
  });

  it('may have no body, which is no input', async () => {
    expect((await send(host, { path: '/api/readSettings' })).status).toBe(200);
    expect(host.calls.at(-1)).toEqual({ name: 'readSettings', input: undefined });
  });

  it('is let in without the headers of newer browsers', async () => {
    expect((await send(host, { headers: { 'sec-fetch-site': undefined } })).status).toBe(200);
  });

  it('keeps names of prototypes as plain data', async () => {
    await send(host, { path: '/api/changeSettings', body: '{"__proto__":{"polluted":true},"constructor":{}}' });
    expect(host.calls.at(-1)?.name).toBe('changeSettings');
    expect(Object.getPrototypeOf(host.calls.at(-1)?.input)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('says nothing of a defect but that there is one', async () => {
    const broken = await startTestHost({ call: () => Promise.reject(new Error('hunter2')) });
    const { status, text } = await send(broken);
    expect({ status, text }).toEqual({ status: 500, text: 'a defect of ours\n' });
    await broken.close();
  });
});

/** Everything that must not reach the gate, with the status it gets. */
const refused: readonly (readonly [string, number, () => Message])[] = [
  ['no token', 403, () => ({ headers: { 'x-waylight-token': undefined } })],
  ['an empty token', 403, () => ({ headers: { 'x-waylight-token': '' } })],
  ['a wrong token', 403, () => ({ headers: { 'x-waylight-token': 'A'.repeat(43) } })],
  ['a token that is cut short', 403, () => ({ headers: { 'x-waylight-token': host.token.slice(0, -1) } })],
  ['a token with more behind it', 403, () => ({ headers: { 'x-waylight-token': `${host.token}A` } })],
  ['the token in another case', 403, () => ({ headers: { 'x-waylight-token': host.token.toUpperCase() } })],
  ['the token twice', 403, () => ({ headers: { 'x-waylight-token': [host.token, host.token] } })],
  ['the token of another run', 403, () => ({ headers: { 'x-waylight-token': other.token } })],
  ['the token in the address', 404, () => ({ path: `/api/readHost?token=${host.token}` })],
  ['a code for a token', 403, () => ({ headers: { 'x-waylight-token': host.newCode() } })],
  ['a name that leads here', 403, () => ({ headers: { host: `evil.example:${host.port}` } })],
  ['localhost', 403, () => ({ headers: { host: `localhost:${host.port}` } })],
  ['a full stop behind the host', 403, () => ({ headers: { host: `127.0.0.1.:${host.port}` } })],
  ['the host in another spelling', 403, () => ({ headers: { host: `127.1:${host.port}` } })],
  ['the host without its port', 403, () => ({ headers: { host: '127.0.0.1' } })],
  ['the port of another', 403, () => ({ headers: { host: `127.0.0.1:${other.port}` } })],
  ['the host with a user', 403, () => ({ headers: { host: `me@127.0.0.1:${host.port}` } })],
  ['another origin', 403, () => ({ headers: { origin: 'https://evil.example' } })],
  ['the origin of another port', 403, () => ({ headers: { origin: other.origin } })],
  ['our origin over TLS', 403, () => ({ headers: { origin: host.origin.replace('http', 'https') } })],
  ['our origin with a path', 403, () => ({ headers: { origin: `${host.origin}/` } })],
  ['our origin with more behind it', 403, () => ({ headers: { origin: `${host.origin}0` } })],
  ['localhost as origin', 403, () => ({ headers: { origin: `http://localhost:${host.port}` } })],
  ['the origin null', 403, () => ({ headers: { origin: 'null' } })],
  ['no origin', 403, () => ({ headers: { origin: undefined } })],
  ['two origins', 403, () => ({ headers: { origin: [host.origin, 'https://evil.example'] } })],
  ['a page of another site', 403, () => ({ headers: { 'sec-fetch-site': 'cross-site' } })],
  ['a page of another port', 403, () => ({ headers: { 'sec-fetch-site': 'same-site' } })],
  ['an address that was typed', 403, () => ({ headers: { 'sec-fetch-site': 'none' } })],
  ['GET', 405, () => ({ method: 'GET' })],
  ['HEAD', 405, () => ({ method: 'HEAD' })],
  ['PUT', 405, () => ({ method: 'PUT' })],
  ['DELETE', 405, () => ({ method: 'DELETE' })],
  ['TRACE', 405, () => ({ method: 'TRACE' })],
  ['no content type', 415, () => ({ headers: { 'content-type': undefined } })],
  ['a form', 415, () => ({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1' })],
  ['a form of parts', 415, () => ({ headers: { 'content-type': 'multipart/form-data; boundary=x' } })],
  ['plain text', 415, () => ({ headers: { 'content-type': 'text/plain' }, body: '{}' })],
  ['JSON with a parameter', 415, () => ({ headers: { 'content-type': 'application/json; charset=utf-8' } })],
  ['two types', 415, () => ({ headers: { 'content-type': ['application/json', 'text/plain'] } })],
  ['an unknown call', 404, () => ({ path: '/api/readPasswords' })],
  ['a name of every object', 404, () => ({ path: '/api/constructor' })],
  ['the prototype', 404, () => ({ path: '/api/__proto__' })],
  ['the name in another case', 404, () => ({ path: '/api/READHOST' })],
  ['an escaped name', 404, () => ({ path: '/api/%72eadHost' })],
  ['a path below', 404, () => ({ path: '/api/readHost/' })],
  ['a path that climbs', 404, () => ({ path: '/api/x/../readHost' })],
  ['two slashes', 404, () => ({ path: '//api/readHost' })],
  ['a whole address as path', 404, () => ({ path: `${host.origin}/api/readHost` })],
  ['a call to the page itself', 404, () => ({ path: '/' })],
  ['half a document', 400, () => ({ body: '{"a":' })],
  ['no JSON', 400, () => ({ body: 'undefined' })],
  ['a byte order mark and nothing', 400, () => ({ body: '\ufeff' })],
  ['bytes that are no UTF-8', 400, () => ({ body: Buffer.from('7b2261223a22ff227d', 'hex') })],
  ['two documents', 400, () => ({ body: '{}{}' })],
  ['a body over the limit', 413, () => ({ body: `"${'a'.repeat(64 * 1024)}"` })],
];

describe('what is refused', () => {
  it.each(refused)('%s', async (_name, status, message) => {
    const before = host.calls.length;
    const reply = await send(host, message());
    expect(reply.status).toBe(status);
    expect(host.calls.length).toBe(before);
    expect(reply.headers['content-type']).toMatch(/^text\/plain/);
    expect(reply.text).not.toContain(host.token);
  });

  it('a preflight gets nothing that opens a door', async () => {
    const reply = await send(host, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-waylight-token',
        'access-control-request-private-network': 'true',
      },
    });
    expect(reply.status).toBe(405);
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('is judged before the token is looked at, so that nothing tells whether a token is right', async () => {
    const [right, wrong] = await Promise.all(
      [host.token, 'wrong'].map((token) =>
        send(host, { headers: { origin: 'https://evil.example', 'x-waylight-token': token } }),
      ),
    );
    expect({ ...right, headers: { ...right?.headers, date: '' } }).toEqual({
      ...wrong,
      headers: { ...wrong?.headers, date: '' },
    });
  });
});

describe('large calls', () => {
  it.each([
    ['importTargets', 16 * 1024 * 1024],
    ['updateRanges', 16 * 1024 * 1024],
    ['previewImport', 1024 * 1024],
    ['importRoutes', 1024 * 1024],
  ])('%s takes as much as its contract lets a person bring', async (name, units) => {
    const { status } = await send(host, { path: `/api/${name}`, body: json({ text: 'é\n'.repeat(units / 4) }) });
    expect(status).toBe(200);
  });

  it.each(['toggleTargets', 'removeTargets', 'startCheck', 'orderRoutes'])('%s takes all ids', async (name) => {
    const count = name === 'orderRoutes' ? 1000 : 10_000;
    const ids = Array.from({ length: count }, (_, index) => String(index).padStart(128, 'x'));
    expect((await send(host, { path: `/api/${name}`, body: json({ ids }) })).status).toBe(200);
  });

  it('refuses a document that is nothing but depth without parsing it', async () => {
    const depth = 5_000_000;
    const body = '['.repeat(depth) + ']'.repeat(depth);
    const { status, text } = await send(host, { path: '/api/importTargets', body });
    expect({ status, text }).toEqual({ status: 400, text: 'nested too deep\n' });
    expect((await send(host)).status).toBe(200);
  });

  it.each([
    [`{"text":"${'['.repeat(100)}"}`, 200],
    [`{"text":"\\"${'{'.repeat(100)}"}`, 200],
    [`{"text":"\\\\","x":${'['.repeat(33)}`, 400],
    [JSON.stringify(Array.from({ length: 100 }, () => [{}])), 200],
    ['['.repeat(32) + ']'.repeat(32), 200],
    ['['.repeat(33) + ']'.repeat(33), 400],
  ])('counts brackets as JSON means them: %s', async (body, status) => {
    expect((await send(host, { path: '/api/addRoute', body })).status).toBe(status);
  });
});
