import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectRoutes, parseRoutesFile } from '../../../app/input/parse-routes-file.ts';
import { describeProblem } from '../../../app/input/problem.ts';

function collect(text: string, file = 'routes.txt') {
  const listed = parseRoutesFile(text, file);
  return listed.ok ? collectRoutes(listed.value) : listed;
}

function routesOf(text: string, file?: string) {
  const routes = collect(text, file);
  if (!routes.ok) throw new Error(routes.problems.map(describeProblem).join('\n'));
  return routes.value;
}

function messages(text: string, file?: string): string[] {
  const routes = collect(text, file);
  return (routes.ok ? routes.notices : routes.problems).map(describeProblem);
}

describe('parseRoutesFile', () => {
  it('reads one a line with comments, BOM and CRLF', () => {
    const text = '\ufeff# mine\r\ndirect\r\n\r\nsocks5://h.example:1\r\ninterface:Ethernet 2\r\n';
    expect(routesOf(text).map(({ kind }) => kind)).toEqual(['direct', 'socks5', 'interface']);
  });

  it('finds every link in pasted text', () => {
    const text = 'try socks5://a.example:1, or <http://b.example:2>; else t.me/socks?server=c.example&port=3.';
    expect(routesOf(text).map(({ label }) => label)).toEqual([
      'socks5 a.example:1',
      'http b.example:2',
      'socks5h c.example:3',
    ]);
  });

  it('reads pasted text, and says what became of it', () => {
    const post = '[Proxy](https://t.me/socks?server=a.example&port=1), again a.example:1\nnews: https://t.me/news';
    expect(routesOf(post).map(({ label }) => label)).toEqual(['socks5h a.example:1']);
    expect(messages(post)).toEqual([
      'routes.txt, line 1, column 60: is the same route as one given before; it is tested once',
    ]);
    const listed = parseRoutesFile(post, 'routes.txt');
    expect(listed.ok && listed.notices.map(describeProblem)).toEqual([
      'routes.txt: routes found in the text: 1; given again: 1; refused: 0; other links passed over: 1',
    ]);
  });

  it('refuses pasted text with a link of an unknown kind in it, by its place, and text without any route', () => {
    const text = 'good: socks5://a.example:1\nand vless://id@b.example:443?type=tcp';
    expect(messages(text)).toEqual([
      expect.stringContaining('routes.txt, line 2, column 5: vless links are not supported; use socks5://'),
    ]);
    expect(messages('nothing to see here')).toEqual(['routes.txt: holds no proxy link and no address with a port']);
  });

  it('says too many quickly, whatever their names', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `socks5://u:${index}@h.example:1#same`).join('\n');
    const startedAt = performance.now();
    expect(messages(many)).toEqual(['--routes: 20000 entries, the limit is 256']);
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  it('says duplicates and keeps the first', () => {
    expect(routesOf('socks5://h:1#a\nsocks5://h:1#b')).toHaveLength(1);
    expect(messages('socks5://h:1#a\nsocks5://h:1#b')).toEqual([
      'routes.txt, line 2: is the same route as one given before; it is tested once',
    ]);
  });

  it('gives different routes of one name different ids', () => {
    expect(routesOf('socks5://a:1#x\nsocks5://b:1#x\nsocks5://c:1#x').map(({ id }) => id)).toEqual(['x', 'x-2', 'x-3']);
  });

  it('reads JSON of links and of fields', () => {
    const text = JSON.stringify([
      'direct',
      { uri: 'socks5://h:1', label: 'Mine' },
      { kind: 'http', host: 'p.example', port: 3128, username: 'u', password: 'p@:/' },
    ]);
    expect(routesOf(text)).toMatchObject([
      { id: 'direct' },
      { id: 'mine', label: 'Mine' },
      { kind: 'http', credentials: { username: 'u', password: 'p@:/' } },
    ]);
  });

  it('reads MTProxies from fields and links, and keeps their secrets out of every label', () => {
    const secret = 'dd5ca1ab1e0ddba11c0ffee0ddf00dbabe';
    const fields = { kind: 'mtproxy', host: 'p.example', port: 443, secret };
    const link = `tg://proxy?server=q.example&port=443&secret=${secret}`;
    const json = JSON.stringify([
      { ...fields, label: 'Mine' },
      { ...fields, host: 'r.example', label: secret },
      { link, label: 'Linked' },
    ]);
    const csv = `kind,host,port,secret,label\nmtproxy,p.example,443,${secret},Mine\n`;
    const bytes = new Uint8Array(Buffer.from(secret, 'hex'));
    expect(routesOf(json)).toMatchObject([
      { kind: 'mtproxy', label: 'Mine', host: 'p.example' },
      { kind: 'mtproxy', label: 'mtproxy r.example:443' },
      { kind: 'mtproxy', label: 'Linked', host: 'q.example' },
    ]);
    for (const route of [...routesOf(json), ...routesOf(csv)]) {
      expect(route.kind === 'mtproxy' && new Uint8Array(route.secret)).toEqual(bytes);
    }
    expect(messages(JSON.stringify([{ ...fields, secret: 'zz' }]), 'r.json').join()).toContain(
      'secret is of no known kind',
    );
  });

  it('reads CSV of fields', () => {
    const text = 'kind,host,port,username,password,label\nsocks5h,p.example,1080,u,"a,b",Home\ndirect,,,,,\n';
    expect(routesOf(text)).toMatchObject([{ label: 'Home', credentials: { password: 'a,b' } }, { kind: 'direct' }]);
  });

  it.each([
    [
      '[\n"direct",\n{"kind":"http","host":"h","port":0}]',
      'r.json',
      'r.json, line 3, [1]: the port is impossible; it must be 1 to 65535',
    ],
    ['[1]', 'r.json', 'r.json, line 1, [0]: must be a link or an object with some of'],
    ['{}', 'r.json', 'r.json: must be a JSON list of routes'],
    ['["direct",', 'r.json', 'r.json, line 1: is not valid JSON'],
    ['kind,host\nsmoke,h\n', 'r.csv', 'r.csv, line 2, kind: is not usable'],
    ['direct\ntg://proxy?server=a&port=1&secret=b', 'r.txt', 'r.txt, line 2: the secret is neither hexadecimal'],
    ['  \n# nothing\n', 'r.txt', 'r.txt: has no entries'],
  ])('names file and line: %j', (text, file, message) => {
    expect(messages(text, file).join('\n')).toContain(message);
  });

  it('never throws and never repeats a password, whatever the file', () => {
    const marked = fc.string({ maxLength: 10 }).map((text) => `Zq9${text}Xw7`);
    const forms = [
      (word: string) => `socks5://u:${word}@h:1`,
      (word: string) => JSON.stringify([{ kind: 'http', host: 'h', port: 1, password: word }]),
      (word: string) => JSON.stringify([{ kind: 'http', host: 'h', port: 1, [word]: 1 }]),
      (word: string) => `[{"uri":"${word}`,
      (word: string) => `kind,host,port,password\nhttp,h,1,"${word}\n`,
      (word: string) => `kind,host,port,password\nhttp,h,0,${word},,\n`,
      (word: string) => `note ${word}://x socks5://u:${word}@h:0`,
    ];
    fc.assert(
      fc.property(fc.oneof(marked, fc.string({ unit: 'binary' })), fc.constantFrom(...forms), (word, form) => {
        expect(messages(form(word)).join('\n').toLowerCase()).not.toContain('zq9');
      }),
      { numRuns: 300 },
    );
  });
});
