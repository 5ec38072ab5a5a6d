import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxTargets, parseTargets } from '../../../app/input/parse-targets.ts';
import { describeProblem } from '../../../app/input/problem.ts';
import { targetSchema } from '../../../model/target.ts';

function targetsOf(text: string, file = 'list.txt') {
  const parsed = parseTargets(text, file);
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'));
  return parsed.value;
}

function messages(text: string, file = 'list.txt', requireExpect = false): string[] {
  const parsed = parseTargets(text, file, { requireExpect });
  return (parsed.ok ? parsed.notices : parsed.problems).map(describeProblem);
}

describe('parseTargets, what the deep profile times', () => {
  it('is read from JSON and CSV, as URLs in ASCII form', () => {
    const json = JSON.stringify([
      { url: 'https://a.example/', transfer: 'https://Files.example/big#top', upload: 'http://up.a.example:8080/in' },
    ]);
    const expected = { transfer: 'https://files.example/big', upload: 'http://up.a.example:8080/in' };
    expect(targetsOf(json, 'list.json')).toMatchObject([expected]);
    const csv = 'url,transfer,upload\nhttps://a.example/,https://files.example/big,http://up.a.example:8080/in\n';
    expect(targetsOf(csv, 'list.csv')).toMatchObject([expected]);
    expect(targetsOf('url,transfer\nhttps://b.example/,\n', 'list.csv')[0]).not.toHaveProperty('transfer');
  });

  it('is refused by its field where it is no web address', () => {
    const refused = (entry: object) => {
      const parsed = parseTargets(JSON.stringify([{ url: 'https://a.example/', ...entry }]), 'list.json');
      return parsed.ok ? [] : parsed.problems.map(({ field, code }) => `${field} ${code}`);
    };
    expect(refused({ transfer: 'wss://a.example/' })).toEqual(['[0].transfer field-wrong-value']);
    expect(refused({ upload: '/in' })).toEqual(['[0].upload scheme-missing']);
    expect(refused({ upload: 'https://me:secret@a.example/' })).toEqual(['[0].upload url-credentials']);
  });
});

describe('parseTargets, one URL a line', () => {
  it('reads URLs with BOM, CRLF, comments, ports and other scripts', () => {
    const text =
      '\ufeff# mine\r\nhttps://www.Example.com/\r\nhttp://münchen.de:8080/a?b#c\r\nwss://ws.example/chat\r\nhttps://[2001:db8::1]/\r\n';
    expect(targetsOf(text)).toEqual([
      {
        id: 'example.com',
        name: 'www.example.com',
        group: 'custom',
        protocol: 'https',
        host: 'www.example.com',
        port: 443,
        url: 'https://www.example.com/',
      },
      {
        id: 'xn-mnchen-3ya.de-a',
        name: 'münchen.de (xn--mnchen-3ya.de)/a',
        group: 'custom',
        protocol: 'http',
        host: 'xn--mnchen-3ya.de',
        port: 8080,
        url: 'http://xn--mnchen-3ya.de:8080/a?b',
      },
      {
        id: 'ws.example-chat',
        name: 'ws.example/chat',
        group: 'custom',
        protocol: 'websocket',
        host: 'ws.example',
        port: 443,
        url: 'wss://ws.example/chat',
      },
      {
        id: '2001-db8-1',
        name: '2001:db8::1',
        group: 'custom',
        protocol: 'https',
        host: '2001:db8::1',
        port: 443,
        url: 'https://[2001:db8::1]/',
      },
    ]);
  });

  it.each([
    ['https://a.example:0/', 'the port 0 is impossible'],
    ['https://a.example:65536/', 'the port 65536 is impossible'],
    ['https://a.example:8x/', 'the port 8x is impossible'],
    ['https://a b.example/', 'the host holds a space or a control character'],
    ['https://a\u0007b.example/', 'holds a control or invisible character'],
    ['https://a\u202eb.example/', 'holds a control or invisible character'],
    ['https://127.1/', 'the host 127.1 is not a valid name or address'],
    ['https:///x', 'has no host'],
    ['ftp://a.example/', 'the scheme ftp is not supported'],
    ['javascript://a/', 'the scheme javascript is not supported'],
    ['a.example', 'a.example has no scheme; write https://a.example'],
    ['https://[::g]/', 'is not a valid name or address'],
  ])('refuses %j: %s', (line, message) => {
    expect(messages(`https://ok.example/\n${line}`)).toEqual([expect.stringMatching(/^list\.txt, line 2: /)]);
    expect(messages(line)[0]).toContain(message);
  });

  it('refuses credentials without repeating them', () => {
    expect(messages('https://bob:hunter2@a.example/')).toEqual([
      'list.txt, line 1: holds a user name or password; a target must not',
    ]);
    expect(messages('bob:hunter2@a.example').join()).not.toContain('hunter2');
  });

  it('says a URL that stands twice, and tests it once', () => {
    expect(targetsOf('https://a.example\nhttps://A.example/')).toHaveLength(1);
    expect(messages('https://a.example\nhttps://A.example/')).toEqual([
      'list.txt, line 2: https://a.example/ is listed on line 1 already; it is tested once',
    ]);
  });

  it('refuses more than the limit, quickly', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => `https://a.example/?${index}`).join('\n');
    expect(messages(lines(maxTargets + 1))).toEqual(['list.txt: 10001 entries, the limit is 10000']);
    const started = performance.now();
    expect(targetsOf(lines(maxTargets))).toHaveLength(maxTargets);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('parseTargets, CSV', () => {
  it('reads the columns of services.csv, notes with expectations included', () => {
    const text =
      'id,name,group,url,defaultOn,note\nyoutube,YouTube,video,https://www.youtube.com/generate_204,yes,status 204\nmsft,M,baseline,http://m.example/,yes,body is Microsoft Connect Test\nviber,Viber,messengers,https://www.viber.com/,yes,hit in 2018\n';
    expect(targetsOf(text, 'services.csv')).toMatchObject([
      { id: 'youtube', name: 'YouTube', group: 'video', expect: { status: [204] } },
      { expect: { bodyIncludes: 'Microsoft Connect Test' } },
      { id: 'viber', note: 'hit in 2018' },
    ]);
    expect(targetsOf(text)[2]).not.toHaveProperty('expect');
  });

  it('reads the columns of citizenlab’s lists', () => {
    const text =
      'url,category_code,category_description,date_added,source,notes\r\nhttps://meduza.io/,NEWS,News Media,2014-04-15,citizenlab,"two\r\nlines"\r\n';
    expect(targetsOf(text)).toMatchObject([
      { id: 'meduza.io', group: 'News Media', name: 'meduza.io', note: 'two lines' },
    ]);
  });

  it.each([
    ['url,note\nhttps://a.example/,"open', 'list.csv, line 2: is not valid CSV: a quote is not closed'],
    ['url\nhttps://a.example/,x', 'list.csv, line 2: is not valid CSV: a row has more cells than the header'],
    ['name,colour\na,b', 'list.csv, line 1: the header has no column "url"'],
    ['url\n', 'list.csv: has no entries'],
    ['id,url\na,https://a.example/\na,https://b.example/', 'list.csv, line 3, id: the id a is used on line 2 already'],
    [
      'url,port,host,protocol\n,70000,a.example,tcp',
      'list.csv, line 2, port: the port 70000 is impossible; it must be 1 to 65535',
    ],
  ])('names file, line and field: %j', (text, message) => {
    expect(messages(text, 'list.csv')).toContain(message);
  });
});

describe('parseTargets, JSON', () => {
  it('reads every form of a target', () => {
    const text = JSON.stringify([
      {
        id: 'a',
        name: 'A',
        group: 'g',
        url: 'https://a.example/',
        expect: { status: [200], bodyIncludes: 'x' },
        note: 'n',
      },
      {
        id: 'b',
        name: 'B',
        group: 'g',
        host: 'B.example',
        port: 5222,
        protocol: 'tcp',
        addresses: ['192.0.2.1', '2001:DB8::1'],
      },
      { host: '192.0.2.2', port: 443, protocol: 'mtproto' },
      'https://c.example/',
    ]);
    expect(targetsOf(text)).toMatchObject([
      { id: 'a', expect: { status: [200], bodyIncludes: 'x' } },
      { id: 'b', host: 'b.example', port: 5222, protocol: 'tcp', addresses: ['192.0.2.1', '2001:db8::1'] },
      { protocol: 'mtproto', endpoints: [{ address: '192.0.2.2', port: 443, dc: 2 }] },
      { id: 'c.example' },
    ]);
  });

  it.each([
    ['{"a":1}', 'l.json: must be a JSON list of targets'],
    ['[1,\n2,', 'l.json, line 2: is not valid JSON'],
    ['', 'l.json, line 1: is not valid JSON'],
    ['[]', 'l.json: has no entries'],
    ['[\n\n7]', 'l.json, line 3, [0]: must be of type object'],
    ['[{"url":"https://a.example/","expects":{}}]', 'l.json, line 1, [0].expects: unknown field'],
    [
      '[{"url":"https://a.example/",\n"expect":{"status":[999]}}]',
      'l.json, line 1, [0].expect.status[0]: is not usable',
    ],
    ['[{"id":"A!","url":"https://a.example/"}]', 'l.json, line 1, [0].id: is not usable: lower-case letters'],
    ['[{"host":"a.example","protocol":"tcp"}]', 'l.json, line 1, [0].port: is missing'],
    ['[{"host":"a.example","port":1}]', 'l.json, line 1, [0].protocol: is missing'],
    ['[{"host":"a b","port":1,"protocol":"tcp"}]', '[0].host: the host holds a space or a control character'],
    ['[{"host":"a.example","port":1.5,"protocol":"tcp"}]', '[0].port: the port 1.5 is impossible'],
    ['[{"host":"a.example","port":1,"protocol":"mtproto"}]', '[0].host: an mtproto target needs an address'],
    ['[{"url":"https://a.example/","addresses":["nope"]}]', '[0].addresses[0]: nope is not an IP address'],
    ['[{"url":"https://a.example/","protocol":"http"}]', '[0].protocol: is not usable: https is needed'],
    [
      '[{"id":"z","url":"https://a.example/"},\n{"id":"z","url":"https://b.example/"}]',
      'l.json, line 2, id: the id z is used on line 1 already',
    ],
  ])('names file, line and field: %j', (text, message) => {
    expect(messages(text, 'l.json').join('\n')).toContain(message);
  });

  it('wants an expectation of every baseline', () => {
    const text = '[{"url":"https://a.example/","expect":{"status":[204]}},\n{"url":"https://b.example/"}]';
    expect(messages(text, 'b.json', true)).toEqual(['b.json, line 2, expect: a baseline entry needs an `expect`']);
    expect(messages('https://a.example/', 'b.txt', true)).toHaveLength(1);
  });
});

describe('parseTargets on hostile text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.array(fc.webUrl()).map((urls) => urls.join('\n')),
    fc
      .array(
        fc.record({
          id: fc.string(),
          url: fc.oneof(fc.webUrl(), fc.string()),
          port: fc.integer(),
          expect: fc.anything(),
        }),
      )
      .map((list) => JSON.stringify(list) ?? ''),
    fc.string().map((cell) => `url,notes\nhttps://a.example/,${cell}`),
  );

  it('never throws; what it gives fits the model, with unique ids; what it says is one safe line', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('a.json', 'a.csv', 'a.txt', '-'), (content, file) => {
        const parsed = parseTargets(content, file);
        if (parsed.ok) {
          for (const target of parsed.value) expect(targetSchema.safeParse(target).error).toBeUndefined();
          expect(new Set(parsed.value.map(({ id }) => id)).size).toBe(parsed.value.length);
        }
        const said = (parsed.ok ? parsed.notices : parsed.problems).map(describeProblem).join('');
        expect(said).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
      { numRuns: 400 },
    );
  });
});
