import type { IpcMain } from 'electron';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswerCall } from '../../app/host/answer-call.ts';
import type { Handlers } from '../../app/host/handlers.ts';
import { answerCall, answerPage, type Sender } from '../../electron/answer-page.ts';
import { callChannel } from '../../electron/channels.ts';
import { callNames } from '../../model/call-names.ts';
import { type Answer, contract } from '../../model/contract.ts';

type Frame = NonNullable<Sender['senderFrame']>;

const ownFrame: Frame = {
  origin: 'app://waylight',
  url: 'app://waylight/index.html',
  parent: null,
  detached: false,
  isDestroyed: () => false,
};
const refused = { ok: false, problems: [{ code: 'call-refused' }] };

function recordingHost() {
  const calls: unknown[][] = [];
  const call = async (...words: unknown[]): Promise<Answer<unknown>> => {
    calls.push(words);
    return { ok: true, value: 'heard' };
  };
  return { calls, call };
}

const throwing = (): never => {
  throw new Error('Render frame was disposed before WebFrameMain could be accessed');
};

const strangers: Readonly<Record<string, Sender>> = {
  'no frame': { senderFrame: null },
  'a subframe': { senderFrame: { ...ownFrame, parent: ownFrame as NonNullable<Frame['parent']> } },
  'a destroyed frame': { senderFrame: { ...ownFrame, isDestroyed: () => true } },
  'a detached frame': { senderFrame: { ...ownFrame, detached: true } },
  'a foreign origin': { senderFrame: { ...ownFrame, origin: 'https://example.org', url: 'https://example.org/' } },
  'a file': { senderFrame: { ...ownFrame, origin: 'file://', url: 'file:///etc/passwd' } },
  'a data address': { senderFrame: { ...ownFrame, origin: 'null', url: 'data:text/html,<p>' } },
  'about:blank of our origin': { senderFrame: { ...ownFrame, url: 'about:blank' } },
  'another host of our scheme': { senderFrame: { ...ownFrame, origin: 'app://other', url: 'app://other/index.html' } },
  'a port': { senderFrame: { ...ownFrame, origin: 'app://waylight:80', url: 'app://waylight:80/index.html' } },
  'a longer host': { senderFrame: { ...ownFrame, origin: 'app://waylight.evil', url: 'app://waylight.evil/' } },
  'a user before the host': { senderFrame: { ...ownFrame, url: 'app://waylight@evil/index.html' } },
  'an empty origin': { senderFrame: { ...ownFrame, origin: '' } },
  'upper case': { senderFrame: { ...ownFrame, origin: 'APP://WAYLIGHT' } },
  'the text null': { senderFrame: { ...ownFrame, origin: 'null' } },
  'a frame that throws when it is asked for': {
    get senderFrame(): never {
      return throwing();
    },
  },
  'a frame that throws when it is read': {
    senderFrame: Object.defineProperty({ ...ownFrame }, 'origin', { get: throwing }),
  },
};

describe('the gate between page and host', () => {
  it('hears the top frame of its own page', async () => {
    const host = recordingHost();
    expect(await answerCall({ senderFrame: ownFrame }, host, 'readHost', undefined)).toEqual({
      ok: true,
      value: 'heard',
    });
    expect(host.calls).toEqual([['readHost', undefined]]);
  });

  it.each(Object.entries(strangers))('refuses %s, and the host hears nothing', async (_name, sender) => {
    const host = recordingHost();
    for (const name of callNames) expect(await answerCall(sender, host, name, {})).toEqual(refused);
    expect(host.calls).toEqual([]);
  });

  it('answers a failing host with data that says nothing of the error', async () => {
    const host = { call: () => Promise.reject(new Error('socks5://me:hunter2@10.0.0.1')) };
    const answer = await answerCall({ senderFrame: ownFrame }, host, 'readHost', undefined);
    expect(answer).toEqual({ ok: false, problems: [{ code: 'defect', params: { name: 'host' } }] });
    const throwingHost = { call: throwing };
    expect((await answerCall({ senderFrame: ownFrame }, throwingHost, 'readHost', undefined)).ok).toBe(false);
  });

  it('listens on one channel and passes nothing of the event on', async () => {
    const host = recordingHost();
    const listeners = new Map<string, (event: Electron.IpcMainInvokeEvent, ...words: unknown[]) => unknown>();
    const ipcMain: Pick<IpcMain, 'handle'> = { handle: (channel, listener) => void listeners.set(channel, listener) };
    answerPage(ipcMain, host);
    expect([...listeners.keys()]).toEqual([callChannel]);
    const event = { senderFrame: ownFrame } as unknown as Electron.IpcMainInvokeEvent;
    await listeners.get(callChannel)?.(event, 'toggleRoute', { id: 'a', enabled: true }, 'one too many');
    expect(host.calls).toEqual([['toggleRoute', { id: 'a', enabled: true }]]);
  });
});

describe('1,000 random payloads for every call', () => {
  const anything = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
    },
    fc.string({ unit: 'binary', maxLength: 2000 }),
    fc.record(
      { id: fc.anything(), text: fc.anything(), runId: fc.anything(), __proto__: fc.anything() },
      { requiredKeys: [] },
    ),
  );

  it.each(callNames)('%s: only what fits the contract reaches a handler', async (name) => {
    const { input: schema } = contract[name];
    const handled: unknown[] = [];
    const handler = async (input: unknown): Promise<Answer<unknown>> => {
      handled.push(input);
      return { ok: true, value: null };
    };
    const handlers = Object.fromEntries(callNames.map((each) => [each, handler])) as unknown as Handlers;
    const host = { call: createAnswerCall(handlers) };
    await fc.assert(
      fc.asyncProperty(anything, async (input) => {
        const before = handled.length;
        const answer = await answerCall({ senderFrame: ownFrame }, host, name, input);
        expect(handled.length - before).toBe(answer.ok ? 1 : 0);
        if (answer.ok) expect(schema.safeParse(handled.at(-1)).success).toBe(true);
        else expect(answer.problems).toEqual([{ code: 'call-malformed' }]);
      }),
      { numRuns: 1000, seed: 45 },
    );
  });

  it('refuses every random name, and every random sender', async () => {
    const host = recordingHost();
    const knowing = { call: createAnswerCall({} as Handlers) };
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.anything(), async (name, input) => {
        expect(await answerCall({ senderFrame: null }, host, name, input)).toEqual(refused);
        expect((await answerCall({ senderFrame: ownFrame }, knowing, name, input)).ok).toBe(false);
        const frame = { ...ownFrame, origin: String(typeof name === 'symbol' ? '' : typeof name) };
        expect(await answerCall({ senderFrame: frame }, host, 'readHost', input)).toEqual(refused);
      }),
      { numRuns: 1000, seed: 45 },
    );
    expect(host.calls).toEqual([]);
  });
});
