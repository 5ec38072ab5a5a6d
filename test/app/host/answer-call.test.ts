import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnswerCall } from '../../../app/host/answer-call.ts';
import { createHost } from '../../../app/host/create-host.ts';
import type { Handlers } from '../../../app/host/handlers.ts';
import type { Host } from '../../../app/host/ports.ts';
import { type CallName, callNames } from '../../../model/call-names.ts';
import { contract } from '../../../model/contract.ts';
import { type TestPorts, testPorts } from '../../support/a-host.ts';
import { fakeEngine } from '../../support/fake-engine.ts';

/** Names of fields that some call has, so that a payload gets as far as its schema and beyond. */
const fields = [
  'id',
  'ids',
  'text',
  'take',
  'words',
  'runId',
  'a',
  'b',
  'limit',
  'days',
  'form',
  'kind',
  'host',
  'port',
]
  .concat(['label', 'name', 'enabled', 'withSecret', 'redaction', 'format', 'profile', 'targetIds', 'scenario', 'link'])
  .concat(['language', 'theme', 'zoom', 'confirm', '__proto__', 'constructor', 'toString']);
const plausible = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(
    'direct',
    'none',
    'standard',
    'json',
    'socks5h',
    'mtproxy',
    'healthy',
    '1080',
    '127.0.0.1',
    'website',
  ),
  fc.array(fc.string(), { maxLength: 5 }),
  fc.array(fc.integer(), { maxLength: 5 }),
);
const payload = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true, withObjectString: true }),
  fc.dictionary(fc.constantFrom(...fields), fc.oneof(plausible, fc.dictionary(fc.constantFrom(...fields), plausible))),
  plausible,
  fc.constant(undefined),
);

function isAnswer(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('ok' in answer)) return false;
  if (answer.ok === true) return 'value' in answer;
  return answer.ok === false && 'problems' in answer && Array.isArray(answer.problems) && answer.problems.length > 0;
}

describe('the gate between pages and a host', () => {
  let host: Host;
  let ports: TestPorts;

  beforeAll(async () => {
    // An engine that fails at whatever it is asked: nothing can be sent anywhere.
    const engine = fakeEngine((message) => {
      if (message.type === 'run')
        return { type: 'refused', runId: message.order.runId, problems: [{ code: 'defect' }] };
      if (message.type !== 'ask') return undefined;
      return { type: 'answer', id: message.id, answer: { ok: false, problems: [{ code: 'run-unknown' }] } };
    });
    ports = testPorts(() => engine.child);
    host = await createHost(ports);
  });
  afterAll(async () => {
    await host.close();
    ports.remove();
  });

  it.for(callNames)('answers whatever a page says to %s', { timeout: 60_000 }, async (name) => {
    await fc.assert(
      fc.asyncProperty(payload, async (input) => {
        const answer = await host.call(name, input);
        expect(isAnswer(answer)).toBe(true);
        // What does not fit the contract reaches nobody, and what fits it is no defect.
        const fits = contract[name].input.safeParse(input).success;
        const codes = answer.ok ? [] : answer.problems.map(({ code }) => code);
        expect(codes.includes('call-malformed')).toBe(!fits);
        if (fits && name !== 'startCheck' && name !== 'startPractice') expect(codes).not.toContain('defect');
      }),
      { numRuns: 1000 },
    );
  });

  it('knows the names of the contract and no others', async () => {
    const malformed = { ok: false, problems: [{ code: 'call-malformed' }] };
    for (const name of [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'subscribe',
      '',
      'readhost',
      'readHost ',
    ]) {
      expect(await host.call(name, undefined)).toEqual(malformed);
    }
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (name) => {
        fc.pre(!callNames.some((known) => known === name));
        expect(await host.call(name, undefined)).toEqual(malformed);
      }),
      { numRuns: 1000 },
    );
  });

  it('survives inputs that are made to throw', async () => {
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    );
    const getter = {
      get id(): string {
        throw new Error('trap');
      },
    };
    for (const name of callNames) {
      for (const input of [trap, getter]) {
        const answer = await host.call(name, input);
        expect(answer.ok).toBe(false);
        expect(JSON.stringify(answer)).not.toContain('trap');
      }
    }
  });

  it('says of an error of ours only whose it is', async () => {
    const secret = 'the password is hunter2';
    const failing = Object.fromEntries(
      callNames.map((name, index) => [
        name,
        () => {
          if (index % 2 === 0) throw new Error(secret);
          return Promise.reject(new Error(secret));
        },
      ]),
    ) as unknown as Handlers;
    const call = createAnswerCall(failing);
    const empty: CallName[] = ['readHost', 'readSettings', 'giveConsent', 'readRoutes', 'detectRoutes', 'readTargets'];
    for (const name of empty) {
      expect(await call(name, undefined)).toEqual({ ok: false, problems: [{ code: 'defect', params: { name } }] });
    }
  });

  it('lets nothing through that the contract does not name, even beside what it does', async () => {
    let heard: unknown;
    const call = createAnswerCall({
      cancelRun: async (input: unknown) => {
        heard = input;
        return { ok: true, value: null };
      },
    } as unknown as Handlers);
    const polluted = JSON.parse('{"runId":"r","__proto__":{"isAdmin":true}}') as unknown;
    expect((await call('cancelRun', { runId: 'r', extra: 1 })).ok).toBe(false);
    await call('cancelRun', polluted);
    expect((heard as { isAdmin?: boolean } | undefined)?.isAdmin).toBeUndefined();
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });
});
