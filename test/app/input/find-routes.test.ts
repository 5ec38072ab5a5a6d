import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportTelegramLinks } from '../../../app/export-route.ts';
import { findRoutes, maxPastedText } from '../../../app/input/find-routes.ts';
import { proxyFromParts, routeKey } from '../../../app/input/parse-route.ts';
import { describeProblem } from '../../../app/input/problem.ts';
import type { Route } from '../../../model/route.ts';

/** Kind, place and credentials of what was found, shortly. */
function found(text: string): string[] {
  return findRoutes(text).found.map(({ route }) => {
    if (!('host' in route)) return route.kind;
    const credentials = 'credentials' in route && route.credentials ? Object.values(route.credentials).join(':') : '';
    return `${route.kind} ${credentials}${credentials && '@'}${route.host}:${route.port}`;
  });
}

function refusals(text: string): string[] {
  return findRoutes(text).refused.map(
    ({ at, problems }) => `${at.line}:${at.column} ${problems.map(({ code }) => code).join()}`,
  );
}

const channelPost = `🔥 Свежие прокси на сегодня 🔥

1) tg://socks?server=192.0.2.1&port=1080&user=bob&pass=p%26w
2) [Подключиться](https://t.me/socks?server=192.0.2.2&port=1080) или (t.me/socks?server=192.0.2.3&port=443).
• <a href="https://telegram.me/socks?server=192.0.2.4&amp;port=1080&amp;user=a">Connect</a>
HTTP: *http://192.0.2.5:3128*, https://alice:s3cr3t@proxy.example:8443/ — и ещё socks4a://192.0.2.6:1080!
Простые: 192.0.2.7:1080, user:pass@192.0.2.8:1080; 192.0.2.9:1080:user:pass|[2001:db8::1]:1080
Наш канал: https://t.me/freeproxies, сайт https://proxy.example/list?page=2 (обновлено в 12:30, v1.2.3:45).`;

describe('findRoutes', () => {
  it('finds every kind in a post of a channel, and nothing else', () => {
    expect(found(channelPost)).toEqual([
      'socks5h bob:p&w@192.0.2.1:1080',
      'socks5h 192.0.2.2:1080',
      'socks5h 192.0.2.3:443',
      'socks5h a:@192.0.2.4:1080',
      'http 192.0.2.5:3128',
      'https alice:s3cr3t@proxy.example:8443',
      'socks4a 192.0.2.6:1080',
      'socks5h 192.0.2.7:1080',
      'socks5h user:pass@192.0.2.8:1080',
      'socks5h user:pass@192.0.2.9:1080',
      'socks5h 2001:db8::1:1080',
    ]);
    expect(findRoutes(channelPost)).toMatchObject({ refused: [], merged: [], passedOver: 2, isList: false });
  });

  it('tells where each one stood', () => {
    const places = findRoutes(channelPost).found.map(({ at }) => `${at.line}:${at.column}`);
    expect(places.slice(0, 4)).toEqual(['3:4', '4:19', '4:71', '5:12']);
    const lines = channelPost.split('\n');
    for (const { at } of findRoutes(channelPost).found) {
      expect(lines[at.line - 1]?.slice(at.column - 1)).toMatch(/^(tg:|http|t\.me|socks|192|user|\[2001)/);
    }
  });

  it('reads every spelling of the grammar in the middle of a sentence', () => {
    const spellings: readonly (readonly [string, string])[] = [
      ['socks5://h.example:1', 'socks5 h.example:1'],
      ['SOCKS5H://u:p@h.example:1#Name', 'socks5h u:p@h.example:1'],
      ['socks4://me@192.0.2.1:1', 'socks4 me:@192.0.2.1:1'],
      ['http://u:p%40@[2001:db8::1]:1', 'http u:p@@2001:db8::1:1'],
      ['https://192.0.2.1:8443', 'https 192.0.2.1:8443'],
      ['socks://dXNlcjpwYXNz@192.0.2.1:1#x', 'socks5h user:pass@192.0.2.1:1'],
      ['tg://socks?server=H.example&port=1', 'socks5h h.example:1'],
      ['www.telegram.dog/socks?server=h.example&port=1', 'socks5h h.example:1'],
      ['http://www.t.me/socks/?server=h.example&port=1', 'socks5h h.example:1'],
      ['h.example:1', 'socks5h h.example:1'],
      ['localhost:9050', 'socks5h localhost:9050'],
      ['пример.рф:1', 'socks5h xn--e1afmkfd.xn--p1ai:1'],
      ['192.0.2.1:1@u:p', 'socks5h u:p@192.0.2.1:1'],
      ['u:p:192.0.2.1:1', 'socks5h u:p@192.0.2.1:1'],
    ];
    const sentences: readonly ((word: string) => string)[] = [
      (word) => `try ${word} now`,
      (word) => `try (${word}), or not`,
      (word) => `it is “${word}”.`,
      (word) => `now **${word}** it is`,
      (word) => `\u200bhere:\u00a0${word}\u200b\u2060 is one`,
    ];
    for (const [word, expected] of spellings) {
      for (const say of sentences) expect(found(say(word)), say(word)).toEqual([expected]);
    }
  });

  it('parts links that were pasted without a space between them', () => {
    const run =
      'tg://socks?server=192.0.2.1&port=1080https://t.me/socks?server=192.0.2.2&port=1080tg://socks?server=192.0.2.3&port=1';
    expect(found(run)).toEqual(['socks5h 192.0.2.1:1080', 'socks5h 192.0.2.2:1080', 'socks5h 192.0.2.3:1']);
    expect(found('socks5://192.0.2.1:1,socks5://192.0.2.2:2')).toEqual(['socks5 192.0.2.1:1', 'socks5 192.0.2.2:2']);
    expect(found('192.0.2.1:1,192.0.2.2:2')).toEqual(['socks5h 192.0.2.1:1', 'socks5h 192.0.2.2:2']);
  });

  it('says what was given again, and where it stood first', () => {
    const { found: once, merged } = findRoutes(
      'a 192.0.2.1:1 b\nc socks5h://192.0.2.1:1#named, tg://socks?server=192.0.2.1&port=1',
    );
    expect(once).toHaveLength(1);
    expect(merged.map(({ at, first }) => [at, first])).toEqual([
      [
        { line: 2, column: 3 },
        { line: 1, column: 3 },
      ],
      [
        { line: 2, column: 32 },
        { line: 1, column: 3 },
      ],
    ]);
  });

  it('refuses what was meant as a route and is none, with the place and the reason', () => {
    expect(
      refusals(
        'one vmess://abc two\nfoo://192.0.2.1:1 and socks5://h.example:99999 and 192.0.2.1:0 or ss://x@y:1, bob@h.example:25',
      ),
    ).toEqual([
      '1:5 route-scheme-known',
      '2:1 route-scheme-unsupported',
      '2:23 route-port',
      '2:52 route-port',
      '2:67 route-scheme-known',
      '2:79 route-malformed',
    ]);
  });

  it('takes no times, versions, labels or pages for addresses', () => {
    const prose =
      'At 12:30 see Port:1080 and v1.2.3:4, note:this, a::b, https://t.me/x https://e.example tg://resolve?domain=x';
    expect(findRoutes(prose)).toMatchObject({ found: [], refused: [], passedOver: 3 });
    expect(findRoutes('Сервер:1080\nи так далее, и тому подобное')).toMatchObject({ found: [], refused: [] });
  });

  it('holds a list to its word: every line is a route or a problem', () => {
    const list =
      '# mine\n\ndirect\n  socks5://h:1 \ninterface:Ethernet 2\nnonsense\nhttps://e.example/page\nu:p"<>@h.example:1';
    expect(found(list)).toEqual(['direct', 'socks5 h:1', 'interface', 'socks5h u:p"<>@h.example:1']);
    expect(refusals(list)).toEqual(['6:1 route-malformed', '7:1 route-path']);
    expect(findRoutes(list).isList).toBe(true);
    expect(found('<socks5://h.example:1>,')).toEqual(['socks5 h.example:1']);
  });

  it('leaves a secret its underscore where nobody emphasised it', () => {
    expect(found('go tg://socks?server=h.example&port=1&user=u&pass=a_ now')).toEqual(['socks5h u:a_@h.example:1']);
    expect(found('go _tg://socks?server=h.example&port=1&user=u&pass=a_ now')).toEqual(['socks5h u:a@h.example:1']);
  });

  it('refuses more than a mebibyte at once', () => {
    expect(refusals('x'.repeat(maxPastedText + 1))).toEqual(['1:1 file-too-large']);
  });
});

describe('findRoutes on any text', () => {
  it('never throws, never repeats a password, and keeps its places in the text', () => {
    const secret = fc.string({ unit: 'binary', maxLength: 8 }).map((text) => `Zq9${text}Xw7`);
    const wraps: readonly ((word: string) => string)[] = [
      (word) => `try socks5://u:${word}@h.example:0 now`,
      (word) => `${word}://u:${word}@h.example:1`,
      (word) => `use ${word}:1:192.0.2.1:99999, u:${word}@192.0.2.1:0`,
      (word) => `tg://socks?server=${word}&port=1&pass=${word} x`,
      (word) => `tg://proxy?server=h&port=1&secret=${word} x`,
      (word) => word,
    ];
    fc.assert(
      fc.property(secret, fc.string({ unit: 'binary' }), fc.constantFrom(...wraps), (word, noise, wrap) => {
        const text = `${noise} ${wrap(word)}\n${noise}`;
        const { found: routes, merged, refused } = findRoutes(text);
        const said = refused.flatMap(({ problems }) => problems.map(describeProblem)).join('\n');
        expect(said.toLowerCase()).not.toContain('zq9');
        const lines = text.split(/\r\n|\n|\r/);
        for (const { at } of [...routes, ...merged, ...refused]) {
          expect(lines[at.line - 1]?.length).toBeGreaterThanOrEqual(at.column);
        }
      }),
      { numRuns: 500 },
    );
  });

  const around = fc.constantFrom(
    '|',
    '(|)',
    '“|”',
    ' **|** ',
    '\n|\n',
    '<|>',
    '|, or',
    '\n|.\n',
    '[x](|)!',
    '_|_',
    "'|'",
  );
  const host = fc.constantFrom('proxy.example', '192.0.2.1', '2001:db8::1', 'xn--e1afmkfd.xn--p1ai');
  const port = fc.integer({ min: 1, max: 65535 });
  const expectFoundAgain = (route: Route, wrap: string) => {
    if (!('host' in route)) throw new Error('nothing to export');
    const links = exportTelegramLinks(route, { credentials: true });
    expect(links?.complete).toBe(true);
    for (const link of [links?.tg, links?.web]) {
      const again = findRoutes(`take this ${wrap.replace('|', () => link ?? '')} or leave it`).found;
      expect(again.map((item) => routeKey(item.route))).toEqual([routeKey(route)]);
    }
  };

  it('finds again what was exported, in whatever words it stands', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const credentials = fc.option(fc.record({ username: word, password: word }));
    fc.assert(
      fc.property(host, port, credentials, around, (server, at, login, wrap) => {
        const parsed = proxyFromParts({ kind: 'socks5h', host: server, port: String(at), ...login }, 1);
        if (parsed.ok) expectFoundAgain(parsed.value, wrap);
      }),
      { numRuns: 500 },
    );
  });

  it('finds again a MTProxy, with a secret of every kind', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const domain = fc.domain().filter((name) => name.length <= 182);
    const secrets = fc.oneof(
      bytes(16),
      bytes(16).map((key) => Uint8Array.of(0xdd, ...key)),
      fc.tuple(bytes(16), domain).map(([key, name]) => Uint8Array.of(0xee, ...key, ...Buffer.from(name))),
    );
    const spellings = fc.constantFrom<BufferEncoding>('hex', 'base64', 'base64url');
    fc.assert(
      fc.property(host, port, secrets, spellings, around, (server, at, secret, spelling, wrap) => {
        const text = Buffer.from(secret).toString(spelling);
        const link = `tg://proxy?server=${encodeURIComponent(server)}&port=${at}&secret=${encodeURIComponent(text)}`;
        const [first] = findRoutes(`here: ${link} is one`).found;
        if (!first) throw new Error(`not found: ${link}`);
        expect(first.route).toMatchObject({ kind: 'mtproxy', host: server, port: at });
        expectFoundAgain(first.route, wrap);
      }),
      { numRuns: 300 },
    );
  });

  it('takes no longer over a list of as much', () => {
    const list = 'socks5://u:p@h.example:1\n1.2.3.4:0\na:@b\n'.repeat(Math.floor(maxPastedText / 41));
    const startedAt = performance.now();
    expect(findRoutes(list)).toMatchObject({ isList: true, found: [{}] });
    expect(performance.now() - startedAt).toBeLessThan(8000);
  });

  const fillers: readonly (readonly [string, string])[] = [
    ['one word', 'a'],
    ['schemes', 'a://'],
    ['empty schemes', '://'],
    ['colons', ':'],
    ['at signs', '@'],
    ['colons and at signs', 'a:@'],
    ['dots', 'a.'],
    ['digits and dots', '1.'],
    ['commas', ','],
    ['brackets', '['],
    ['closing brackets', ')'],
    ['spaces', ' '],
    ['newlines', '\n'],
    ['Telegram hosts', 't.me/'],
    ['Telegram links', 't.me/socks?'],
    ['run-together links', 'tg://socks?server=1.2.3.4&port=1'],
    ['ampersands', '&amp;'],
    ['words with ports', 'a.b:1 '],
    ['bad addresses', '1.2.3.4:0,'],
    ['long hosts', `${'a'.repeat(63)}.`],
    ['percent signs', 'http://%:1@'],
    ['escape sequences', '\u001b]'],
    ['invisible characters', '\u200b'],
    ['fragments', 'socks5://h:1#'],
  ];
  it.each(fillers)('takes no longer than its length allows over a mebibyte of %s', (_name, filler) => {
    const whole = filler.repeat(Math.floor(maxPastedText / filler.length));
    const time = (text: string) => {
      const startedAt = performance.now();
      findRoutes(text);
      return performance.now() - startedAt;
    };
    // Far above what it takes, and far below what anything quadratic would.
    expect(time(`x ${whole.slice(2)}`)).toBeLessThan(8000);
  });
});
