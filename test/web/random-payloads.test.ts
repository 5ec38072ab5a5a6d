import { Agent, request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnswerCall } from '../../app/host/answer-call.ts';
import type { Handlers } from '../../app/host/handlers.ts';
import { type CallName, callNames } from '../../model/call-names.ts';
import { type Answer, contract } from '../../model/contract.ts';
import { ownHeaders } from './support/send.ts';
import { startTestHost, type TestHost } from './support/start-test-host.ts';

/** A few seconds in all: 1,000 calls of each kind go over one connection each. */
const count = 1000;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** The real gate over handlers that note what it let through; nothing else is behind it. */
const passed: { name: CallName; input: unknown }[] = [];
const handlers = Object.fromEntries(
  callNames.map((name) => [
    name,
    async (input: unknown) => {
      passed.push({ name, input });
      return { ok: true, value: null };
    },
  ]),
) as unknown as Handlers;

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ call: createAnswerCall(handlers) });
});
afterAll(async () => {
  agent.destroy();
  await host.close();
});

/** Field names of the contract among others, so that some payloads get far. */
const fields = fc.constantFrom(
  'id',
  'ids',
  'text',
  'take',
  'runId',
  'a',
  'b',
  'form',
  'limit',
  'words',
  '__proto__',
  'constructor',
  'x',
);
const leaf = fc.oneof(fc.string({ maxLength: 40 }), fc.double(), fc.integer(), fc.boolean(), fc.constant(null));
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(fields, tie('any'), { maxKeys: 5 }),
  ),
})).any;
const payload = fc.oneof(
  { weight: 6, arbitrary: value.map((input) => JSON.stringify(input)) },
  { weight: 1, arbitrary: value.map((input) => JSON.stringify(input).slice(0, -1)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

function post(name: CallName, body: string | Buffer): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const client = request(
      { agent, host: '127.0.0.1', port: host.port, method: 'POST', path: `/api/${name}`, headers: ownHeaders(host) },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    client.on('error', reject).end(body);
  });
}

describe('a thousand random payloads over the wire', () => {
  it.each(callNames)('%s', async (name) => {
    const seen = new Set<number>();
    for (const body of fc.sample(payload, { numRuns: count, seed: 20180416 })) {
      passed.length = 0;
      const { status, text } = await post(name, body);
      seen.add(status);
      if (status === 400) expect(text).toBe('not JSON\n');
      else expect(status).toBe(200);
      const answer = status === 200 ? (JSON.parse(text) as Answer<unknown>) : undefined;
      // What got through fits the contract, and what does not was told so.
      expect(passed.length).toBe(answer?.ok === true ? 1 : 0);
      for (const { input } of passed) expect(contract[name].input.safeParse(input).success).toBe(true);
      if (answer?.ok === false) expect(answer.problems).toEqual([{ code: 'call-malformed' }]);
    }
    expect([...seen].sort()).toEqual([200, 400]);
    expect('polluted' in {}).toBe(false);
  });
});
