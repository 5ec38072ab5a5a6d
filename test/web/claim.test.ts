import { afterEach, describe, expect, it } from 'vitest';
import { codeMs } from '../../web/access.ts';
import { type Message, send } from './support/send.ts';
import { startTestHost, type TestHost } from './support/start-test-host.ts';

let host: TestHost;
afterEach(() => host.close());

/** As a page claims that has no token yet. */
function claim(body: unknown, headers: Message['headers'] = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return send(host, { path: '/api/claim', headers: { 'x-waylight-token': undefined, ...headers }, body: text });
}

describe('a code', () => {
  it('is exchanged for a token that opens every call', async () => {
    host = await startTestHost();
    const { status, text } = await claim({ code: host.newCode() });
    expect(status).toBe(200);
    const { token } = JSON.parse(text) as { token: string };
    expect(token).not.toBe(host.token);
    expect((await send(host, { headers: { 'x-waylight-token': token } })).status).toBe(200);
  });

  it('is refused when it is used, too old, guessed or the token itself', async () => {
    host = await startTestHost();
    const [used, old] = [host.newCode(), host.newCode()];
    expect((await claim({ code: used })).status).toBe(200);
    for (const code of [used, 'guess', '', host.token]) {
      expect(await claim({ code })).toMatchObject({ status: 403, text: 'this code is used or too old\n' });
    }
    host.pass(codeMs);
    expect((await claim({ code: old })).status).toBe(403);
  });

  it.each([
    ['', 400],
    ['{}', 400],
    ['null', 400],
    ['"code"', 400],
    ['{"code":1}', 400],
    ['{"code":["a"]}', 400],
    ['{"code":"a","more":1}', 400],
    [`{"code":"${'a'.repeat(129)}"}`, 400],
    [`{"code":"${'a'.repeat(1024)}"}`, 413],
  ])('is asked for in one way only: %s', async (body, status) => {
    host = await startTestHost();
    expect((await claim(body)).status).toBe(status);
  });

  it('is not for other pages, and is not used up by them', async () => {
    host = await startTestHost();
    const code = host.newCode();
    expect((await claim({ code }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await claim({ code }, { origin: undefined })).status).toBe(403);
    expect((await claim({ code }, { host: `evil.example:${host.port}` })).status).toBe(403);
    expect((await claim({ code }, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await claim({ code })).status).toBe(200);
  });

  it('is not for another user of this machine, and is not used up by one', async () => {
    let isStranger = true;
    let asked: unknown;
    host = await startTestHost({
      isStranger: async (connection) => {
        asked = connection;
        return isStranger;
      },
    });
    const code = host.newCode();
    expect((await claim({ code })).status).toBe(403);
    expect(asked).toEqual({ serverPort: host.port, clientPort: expect.any(Number) });
    isStranger = false;
    expect((await claim({ code })).status).toBe(200);
  });
});
