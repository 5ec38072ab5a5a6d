import { expect, it } from 'vitest';
import { allTextIn } from '../../support/a-data-folder.ts';
import { aHost, given } from '../../support/a-host-context.ts';

const canary = 'c4nary';
const prose = `Try socks5://ann:${canary}@one.example:1080#One or tg://proxy?server=192.0.2.7&port=443&secret=dd00112233445566778899aabbccddeeff,
and again socks5://ann:${canary}@one.example:1080 — see https://example.com/page and vmess://${canary}.
http://two.example:8080`;

it('shows what a text holds before any of it is kept, and repeats no secret', async () => {
  const { calls, settings, seen } = await aHost();
  await calls.addRoute({ kind: 'http', label: 'Two', host: 'two.example', port: '8080' });
  seen.events.length = 0;
  const preview = given(await calls.previewImport({ text: prose }));
  expect(preview.found).toMatchObject([
    { index: 0, kind: 'socks5', label: 'One', endpoint: 'one.example:1080', hasSecret: true, known: false, line: 1 },
    { index: 1, kind: 'mtproxy', endpoint: '192.0.2.7:443', hasSecret: true, known: false, line: 1 },
    { index: 2, kind: 'http', endpoint: 'two.example:8080', hasSecret: false, known: true, line: 3 },
  ]);
  expect(preview).toMatchObject({
    merged: 1,
    passedOver: 1,
    refused: [{ line: 2, problems: [{ code: 'route-scheme-known' }] }],
  });
  expect(JSON.stringify(preview)).not.toMatch(/c4nary|00112233/);
  expect(settings.state().routes).toHaveLength(1);
  expect(seen.events).toEqual([]);
});

it('keeps those that were chosen, each once, by their places', async () => {
  const { calls, settings, folder } = await aHost();
  await calls.addRoute({ kind: 'http', label: 'Two', host: 'two.example', port: '8080' });
  const view = given(await calls.importRoutes({ text: prose, take: [2, 1, 0, 0] }));
  expect(view.routes.map(({ label, enabled }) => [label, enabled])).toEqual([
    ['Current connection', true],
    ['Two', true],
    ['One', true],
    ['mtproxy 192.0.2.7:443', true],
  ]);
  expect(await allTextIn(folder)).not.toMatch(/c4nary|00112233/);
  const before = settings.state();
  expect((await calls.importRoutes({ text: prose, take: [0, 1, 2] })).ok).toBe(true);
  expect(settings.state()).toBe(before);
  expect(await calls.importRoutes({ text: prose, take: [0, 3] })).toEqual({
    ok: false,
    problems: [{ code: 'route-unknown' }],
  });
  expect(given(await calls.previewImport({ text: prose })).found.every(({ known }) => known)).toBe(true);
});

it('reads lists in JSON and CSV as well, and says where they are wrong', async () => {
  const { calls } = await aHost();
  const json = JSON.stringify([
    { kind: 'socks5', host: 'a.example', port: 1080, username: 'u', password: canary, label: 'A' },
    { kind: 'socks9', host: 'b.example', port: 1 },
    'direct',
  ]);
  const preview = given(await calls.previewImport({ text: json }));
  expect(preview.found).toMatchObject([
    { label: 'A', hasSecret: true, known: false },
    { kind: 'direct', endpoint: null, known: true },
  ]);
  expect(preview.refused).toMatchObject([{ line: 1, problems: [{ field: '[1].kind' }] }]);
  expect(given(await calls.importRoutes({ text: json, take: [0, 1] })).routes.map(({ id }) => id)).toEqual([
    'direct',
    'a',
  ]);
  const csv = given(await calls.previewImport({ text: 'kind,host,port\nhttp,c.example,8080\nhttp,c.example,0\n' }));
  expect(csv).toMatchObject({ found: [{ endpoint: 'c.example:8080', line: 2 }], refused: [{ line: 3 }] });
  expect(await calls.previewImport({ text: `[{"password": "${canary}"` })).toEqual({
    ok: false,
    problems: [{ code: 'json-malformed', line: 1 }],
  });
});

it.each(['', ' \n\n', '# nothing\n', 'Good morning, see https://example.com/'])(
  'finds nothing in %j, which is no mistake',
  async (text) => {
    const { calls } = await aHost();
    expect(given(await calls.previewImport({ text }))).toMatchObject({ found: [], merged: 0, refused: [] });
    expect((await calls.importRoutes({ text, take: [] })).ok).toBe(true);
  },
);

it('lists a thousand of a huge text, and says that there are more', async () => {
  const { calls } = await aHost();
  const text = Array.from({ length: 1500 }, (_, index) => `socks5://h${index}.example:1080`).join('\n');
  const preview = given(await calls.previewImport({ text }));
  expect(preview.found).toHaveLength(1000);
  expect(preview.refused).toEqual([
    { line: 1000, column: 1, problems: [{ code: 'too-many', params: { count: 1500, limit: 1000 } }] },
  ]);
});

it('gives a thousand routes of one name each its own, without taking for ever', async () => {
  const { calls } = await aHost();
  const text = Array.from({ length: 1000 }, (_, index) => `socks5://h${index}.example:1080#Same`).join('\n');
  const take = Array.from({ length: 1000 }, (_, index) => index);
  const { routes } = given(await calls.importRoutes({ text, take }));
  expect(new Set(routes.map(({ label }) => label)).size).toBe(1001);
  expect(new Set(routes.map(({ id }) => id)).size).toBe(1001);
});
