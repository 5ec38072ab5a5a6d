import { describe, expect, it } from 'vitest';
import { summariseTelegram } from '../../app/telegram-summary.ts';
import { aTelegramReport, type Endings, silent, swallowed, why } from '../support/a-telegram-report.ts';
import { sampleReport } from './report/sample-report.ts';

function summarise(endings: Endings, verdicts = {}, only?: (id: string) => boolean) {
  const summary = summariseTelegram(aTelegramReport([{ id: 'direct', endings }], verdicts, only));
  const [route] = summary?.routes ?? [];
  if (!summary || !route) throw new Error('no summary');
  return { ...summary, ...route };
}

const stateOf = (endings: Endings, only?: (id: string) => boolean) => summarise(endings, {}, only).state;
const allOf = (pattern: RegExp, ending: Endings[string]): Endings =>
  Object.fromEntries(
    ['dc1', 'dc2', 'dc3', 'media', 'ws1', 'ws2', 'ws1-media', 'ws2-media', 'web']
      .filter((name) => pattern.test(name))
      .map((name) => [`telegram-${name}`, ending]),
  );

describe('summariseTelegram', () => {
  it('counts endpoints and hosts by group', () => {
    const { groups, state, verdict, pingMs } = summarise({
      'telegram-dc1': { pingMs: 30 },
      'telegram-dc2': { ok: 5, pingMs: 50 },
      'telegram-dc3': { pingMs: 90 },
      'telegram-media': { pingMs: 700 },
    });
    expect(groups.map(({ kind, ok, tried }) => `${kind} ${ok}/${tried}`)).toEqual([
      'chat 17/18',
      'media 6/6',
      'websocket 2/2',
      'websocket-media 2/2',
    ]);
    expect([state, verdict, pingMs]).toEqual(['works', 'reachable', 50]);
  });

  it.each<[string, Endings, string]>([
    ['nothing answers', { '*': silent }, 'fails'],
    ['the media data centre is silent', { 'telegram-media': silent }, 'no-media'],
    ['the media twins are cut', allOf(/ws.-media/, { failure: why('tls', 'reset'), ok: 0 }), 'no-media'],
    [
      'one endpoint in eighteen answers',
      { ...allOf(/dc./, silent), 'telegram-dc1': { ok: 1, failure: why('connect', 'timeout') } },
      'partly',
    ],
    ['one data centre of three is silent', { 'telegram-dc2': silent }, 'partly'],
    ['the stream is swallowed, the web is not', allOf(/dc|^media/, swallowed), 'web-only'],
    ['the web host is cut', { 'telegram-web': { failure: why('tls', 'reset') } }, 'apps-only'],
    ['the WebSockets are cut', allOf(/^ws.$/, { failure: why('tls', 'reset'), ok: 0 }), 'apps-only'],
    ['only media answers', { '*': silent, 'telegram-media': {} }, 'partly'],
    ['nothing was run', { '*': { state: 'cancelled' } }, 'untested'],
    [
      'Telegram itself declines its media twins',
      allOf(/ws.-media/, { failure: why('websocket', 'http-status'), ok: 0 }),
      'works',
    ],
  ])('when %s', (_case, endings, state) => {
    expect(stateOf(endings)).toBe(state);
  });

  it('stands on exactly four in five', () => {
    // 15 of 18 is 83 %, 14 is 78 %.
    const answering = (ok: number): Endings => ({
      'telegram-dc1': { ok: ok - 12, failure: why('connect', 'timeout') },
    });
    expect(stateOf(answering(15))).toBe('works');
    expect(stateOf(answering(14))).toBe('partly');
  });

  it('asks of WebSockets alone what it asks of data centres', () => {
    const only = (id: string) => id.includes('ws');
    expect(stateOf({}, only)).toBe('works');
    expect(stateOf({ 'telegram-ws1': silent }, only)).toBe('partly');
    expect(stateOf(allOf(/ws.-media/, silent), only)).toBe('no-media');
  });

  it('names the data centres that are dead, and how', () => {
    const { groups } = summarise({
      'telegram-dc2': silent,
      'telegram-dc3': { ok: 0, failure: why('connect', 'refused') },
      'telegram-ws1': { ok: 0, failure: why('resolve', 'nxdomain') },
      'telegram-ws2': { ok: 0, failure: why('mtproto', 'not-this-service', 'transport-error') },
      'telegram-ws1-media': { ok: 0, failure: why('tls', 'cert-host') },
      'telegram-ws2-media': { ok: 0, failure: why('proxy', 'proxy-auth') },
    });
    expect(groups.flatMap(({ kind, dead }) => dead.map(({ dc, how }) => `${kind} ${dc} ${how}`))).toEqual([
      'chat 2 silent',
      'chat 3 refused',
      'websocket 1 unresolved',
      'websocket 2 declined',
      'websocket-media 1 not-telegram',
      'websocket-media 2 failing',
    ]);
  });

  it('gives the mechanism of each group on the current connection, and of the row', () => {
    const blocked = (mechanism: string) => ({ verdict: 'blocked', mechanism });
    const summary = summarise(
      { ...allOf(/dc|^media/, swallowed), ...allOf(/ws/, { ok: 0, failure: why('tls', 'reset') }) },
      { ...allOf(/dc|^media/, blocked('protocol') as never), ...allOf(/ws/, blocked('tls-sni') as never) },
    );
    expect(summary.groups.map(({ kind, mechanism }) => [kind, mechanism])).toEqual([
      ['chat', 'protocol'],
      ['media', 'protocol'],
      ['websocket', 'tls-sni'],
      ['websocket-media', 'tls-sni'],
    ]);
    expect(summary).toMatchObject({ state: 'fails', verdict: 'blocked', mechanism: 'protocol' });
  });

  it('accuses nobody where the verdicts do not', () => {
    expect(summarise({ '*': silent }, { '*': { verdict: 'inconclusive' } })).toMatchObject({ verdict: 'inconclusive' });
    expect(summarise({ '*': silent }, { '*': { verdict: 'down' } }).mechanism).toBeUndefined();
  });

  it('is silent where nothing of Telegram was tested', () => {
    expect(summariseTelegram(sampleReport())).toBeUndefined();
  });
});
