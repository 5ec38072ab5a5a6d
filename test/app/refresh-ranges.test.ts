import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FetchWorld } from '../../app/fetch-over-route.ts';
import { amazonRangesUrl, readCheckedAt } from '../../app/ranges-confirmation.ts';
import { refreshInTurn } from '../../app/refresh-in-turn.ts';
import { refreshRanges } from '../../app/refresh-ranges.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import { createTrustStore } from '../../engine/trust-store.ts';
import { createLab } from '../../lab/create-lab.ts';
import type { Problem } from '../../model/problem.ts';
import type { Route } from '../../model/route.ts';
import { sampleFile } from '../engine/ranges/sample-ranges.ts';
import { practiceScenario } from '../lab/practice-scenario.ts';
import { createTestAuthority, selfSigned, type TestCertificate } from '../support/certificates.ts';

const authority = createTestAuthority();
const own = authority.issue({ names: ['ranges.example'] });
const direct: Route = { id: 'direct', kind: 'direct', label: 'Current connection' };
const modified = 'Sat, 22 Aug 2026 21:17:05 GMT';

/** A list with a serial number and a number of rows. */
function list(serial: number, rows = 100): string {
  const prefixes = Array.from({ length: rows }, (_, at) => [`10.0.${at}.0/24`, 'r', 'S'] as const);
  return JSON.stringify(sampleFile(prefixes, { syncToken: String(1_787_433_000 + serial) }));
}

/** Some weeks after the lists of these tests. */
const today = '2026-09-20T12:00:00.000Z';

let folder: string;
let cacheFile: string;
let server: Server;
let answer: RequestListener;
let asked: IncomingMessage[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-refresh-'));
  cacheFile = join(folder, 'data', 'ip-ranges.json');
  asked = [];
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((closed) => (server?.listening ? server.close(closed) : closed(undefined)));
  rmSync(folder, { recursive: true });
});

async function serve(certificate: TestCertificate = own): Promise<string> {
  server = createServer(certificate, (request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `https://ranges.example:${(server.address() as AddressInfo).port}/ip-ranges.json`;
}
const give =
  (text: string | Uint8Array, headers: Record<string, string> = {}, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  };

/** The machine's own network, but the one name there is leads to loopback. */
function world(more: Partial<FetchWorld> = {}): FetchWorld {
  const lookup = async (name: string) => {
    if (name !== 'ranges.example') throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    return ['127.0.0.1'];
  };
  return {
    network: nodeNetwork({ lookup }),
    clock: { ...nodeClock(), wall: () => Date.parse(today) },
    trust: createTrustStore({ bundled: [authority.pem], system: [], extra: [] }),
    signal: new AbortController().signal,
    ...more,
  };
}
const refresh = (url: string, more: Partial<FetchWorld> = {}) =>
  refreshRanges({ url, route: direct, cacheFile }, world(more));
const cached = () => readFileSync(cacheFile, 'utf8');
const spoilConfirmation = (change: object) => {
  const file = `${cacheFile}.checked`;
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
};
const saidOf = async (result: ReturnType<typeof refresh>): Promise<boolean | readonly Problem[]> => {
  const outcome = await result;
  return outcome.ok ? outcome.value.updated : outcome.problems;
};

describe('a list that is fetched', () => {
  it('is taken in, and the server is asked only for what changed since', async () => {
    const url = await serve();
    answer = give(list(1), { etag: '"one"', 'last-modified': modified });
    expect(await refresh(url)).toMatchObject({ ok: true, value: { updated: true, ranges: { rows: 100 } } });
    expect(cached()).toBe(list(1));
    answer = give('', {}, 304);
    expect(await refresh(url)).toMatchObject({ ok: true, value: { updated: false, ranges: { rows: 100 } } });
    expect(cached()).toBe(list(1));
    answer = give(gzipSync(list(2, 101)), { 'content-encoding': 'gzip', etag: 'no etag' });
    const previousFile = `${cacheFile}.previous`;
    expect(await refresh(url)).toMatchObject({ ok: true, value: { updated: true, previousFile } });
    expect([cached(), readFileSync(previousFile, 'utf8')]).toEqual([list(2, 101), list(1)]);
    expect(asked.map(({ headers }) => [headers['if-none-match'], headers['if-modified-since']])).toEqual([
      [undefined, undefined],
      ['"one"', modified],
      ['"one"', modified],
    ]);
    // The second list came without an ETag that could be sent back, so the first one's is gone.
    expect(readFileSync(`${cacheFile}.checked`, 'utf8')).not.toContain('etag');
    const files = ['ip-ranges.json', 'ip-ranges.json.checked', 'ip-ranges.json.previous'];
    expect(readdirSync(join(folder, 'data')).sort()).toEqual(files);
    expect(asked[0]?.headers).toMatchObject({ host: new URL(url).host, connection: 'close' });
  });

  it.each([
    ['is damaged', () => writeFileSync(cacheFile, 'damaged')],
    ['is gone', () => rmSync(cacheFile)],
    ['is another', () => writeFileSync(cacheFile, list(0))],
    ['came with an ETag that is none', () => spoilConfirmation({ etag: '"a"\r\nx: y' })],
    ['is of an unknown time', () => spoilConfirmation({ checkedAt: 'yesterday' })],
  ])('is asked for as a whole when the list in use %s', async (_, spoil) => {
    const url = await serve();
    answer = give(list(1), { etag: '"one"' });
    await refresh(url);
    spoil();
    await refresh(url);
    expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, undefined]);
    expect(cached()).toBe(list(1));
  });

  it('is asked for as a whole at another address', async () => {
    const url = await serve();
    answer = give(list(1), { etag: '"one"' });
    await refresh(url);
    expect(readFileSync(`${cacheFile}.checked`, 'utf8')).not.toContain('ranges.example');
    await refresh(`${url}?other`);
    expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, undefined]);
  });

  it('may name no type, or that of bytes', async () => {
    const url = await serve();
    answer = (_, response) => void response.writeHead(200).end(list(1));
    expect(await saidOf(refresh(url))).toBe(true);
    answer = give(gzipSync(list(2)), { 'content-type': 'application/octet-stream' });
    expect(await saidOf(refresh(url))).toBe(true);
    expect(cached()).toBe(list(2));
  });
});

/** Sends until the client leaves. */
function sendForever(response: ServerResponse, sent: { bytes: number }): void {
  const block = Buffer.alloc(256 * 1024, ' ');
  const more = () => {
    while (!response.destroyed) {
      sent.bytes += block.length;
      if (!response.write(block)) return void response.once('drain', more);
    }
  };
  more();
}
const gigabyte = 1024 ** 3;
const tooLarge = { code: 'ranges-too-large', params: { limit: 32 } };
const cutShort: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': '9000', 'content-type': 'application/json' });
  response.write(list(3).slice(0, 4000), () => response.destroy());
};

describe('what is refused changes nothing', () => {
  it.each<[string, RequestListener, Omit<Problem, 'file'>]>([
    ['304 that nobody asked for', give('', {}, 304), { code: 'fetch-status', params: { status: 304 } }],
    ['an error of the server', give(list(3), {}, 503), { code: 'fetch-status', params: { status: 503 } }],
    ['half an answer', cutShort, { code: 'fetch-broken', params: { reason: expect.stringMatching(/^(eof|reset)/) } }],
    ['half a list', give(list(3).slice(0, 4000)), { code: 'ranges-truncated' }],
    [
      'half a gzip stream',
      give(gzipSync(list(3)).subarray(0, 200), { 'content-encoding': 'gzip' }),
      { code: 'ranges-truncated' },
    ],
    ['a gzip stream of noise', give('noise', { 'content-encoding': 'gzip' }), { code: 'fetch-broken' }],
    [
      'a page',
      give('<title>Blocked</title>', { 'content-type': 'text/html; charset=utf-8' }),
      { code: 'fetch-type', params: { type: 'text/html' } },
    ],
    ['a page that calls itself JSON', give('<title>Blocked</title>'), { code: 'json-malformed' }],
    ['another JSON', give('{"a":1}'), { code: 'ranges-not-aws', params: { field: 'syncToken' } }],
    [
      'a redirect elsewhere',
      give('', { location: 'https://elsewhere.example/list' }, 302),
      { code: 'fetch-redirect', params: { to: 'https://elsewhere.example/list' } },
    ],
    ['a gigabyte announced', give('', { 'content-length': String(gigabyte) }), tooLarge as Omit<Problem, 'file'>],
    [
      'a gigabyte in a small parcel',
      give(gzipSync(Buffer.alloc(64 * 1024 * 1024)), { 'content-encoding': 'gzip' }),
      tooLarge as Omit<Problem, 'file'>,
    ],
    ['an older list', give(list(1)), { code: 'ranges-older' }],
    [
      'a list from the future, which no true one could ever follow',
      give(list(30 * 86_400)),
      { code: 'ranges-future', params: { created: '2026-09-21', today: '2026-09-20' } },
    ],
    ['31 % fewer rows', give(list(3, 69)), { code: 'ranges-row-count', params: { rows: 69, current: 100 } }],
  ])('%s', async (_, given, problem) => {
    const url = await serve();
    mkdirSync(join(folder, 'data'));
    writeFileSync(cacheFile, list(2));
    answer = given;
    expect(await saidOf(refresh(url))).toMatchObject([{ file: url, ...problem }]);
    expect(cached()).toBe(list(2));
    expect(readdirSync(join(folder, 'data'))).toEqual(['ip-ranges.json']);
  });

  it('reads no more than the limit of a body without end', async () => {
    const url = await serve();
    const sent = { bytes: 0 };
    answer = (_, response) => sendForever(response.writeHead(200), sent);
    expect(await saidOf(refresh(url))).toEqual([{ file: url, ...tooLarge }]);
    // What lies in the buffers of both sides comes on top of the 32 MB.
    expect(sent.bytes).toBeLessThan(64 * 1024 * 1024);
    expect(existsSync(cacheFile)).toBe(false);
  });

  it.each<[string, RequestListener, Partial<FetchWorld>, string]>([
    ['says nothing', () => {}, { timeouts: { firstByte: 60 } }, 'timeout'],
    [
      'stops in the middle',
      (_, response) => void response.writeHead(200).write('{'),
      { timeouts: { stall: 60 } },
      'stall',
    ],
    [
      'is not done at the deadline',
      (_, response) => void response.writeHead(200).write('{'),
      { deadlineMs: 150 },
      'timeout',
    ],
  ])('a server that %s', async (_, given, more, reason) => {
    const url = await serve();
    answer = given;
    expect(await saidOf(refresh(url, more))).toEqual([{ file: url, code: 'fetch-slow', params: { reason } }]);
  });

  it('a person who stops it', async () => {
    const url = await serve();
    const stop = new AbortController();
    answer = () => stop.abort();
    expect(await saidOf(refresh(url, { signal: stop.signal }))).toEqual([
      { file: url, code: 'fetch-unreachable', params: { reason: 'aborted' } },
    ]);
  });

  it.each<[string, TestCertificate, RegExp]>([
    ['for another name', authority.issue({ names: ['other.example'] }), /^cert-host /],
    ['nobody trusts', selfSigned({ names: ['ranges.example'] }), /^cert-untrusted /],
    [
      'of last year',
      authority.issue({ names: ['ranges.example'], notBefore: new Date(2025, 0), notAfter: new Date(2025, 5) }),
      /^cert-expired /,
    ],
  ])('a certificate %s, and nothing is asked', async (_, certificate, reason) => {
    const url = await serve(certificate);
    expect(await saidOf(refresh(url))).toEqual([
      { file: url, code: 'fetch-certificate', params: { reason: expect.stringMatching(reason) } },
    ]);
    expect(asked).toEqual([]);
  });

  it.each<[string, Omit<Problem, 'file'>]>([
    ['http://127.0.0.1:9/ip-ranges.json', { code: 'option-https-url' }],
    ['file:///etc/passwd', { code: 'option-https-url' }],
    ['https://', { code: 'option-https-url' }],
    ['https://a:b@ranges.example/', { code: 'fetch-credentials' }],
    ['https://unknown.example/', { code: 'fetch-unreachable', params: { reason: 'nxdomain ENOTFOUND' } }],
  ])('the address %s', async (url, problem) => {
    expect(await saidOf(refresh(url))).toEqual([{ file: url, ...problem }]);
  });

  it('plain http stays refused but for loopback where a test allows it', async () => {
    const [problem] = (await saidOf(refresh('http://ranges.example/', { loopbackHttp: true }))) as Problem[];
    expect(problem?.code).toBe('option-https-url');
  });

  it('an MTProxy, which carries nothing of the kind', async () => {
    const route: Route = {
      id: 'm',
      kind: 'mtproxy',
      label: 'm',
      host: '127.0.0.1',
      port: 9,
      secret: new Uint8Array(16),
    };
    const result = refreshRanges({ url: 'https://ranges.example/', route, cacheFile }, world());
    expect(await saidOf(result)).toEqual([{ file: 'https://ranges.example/', code: 'fetch-route' }]);
  });
});

describe('over a proxy of the practice network', () => {
  const credentials = { username: 'ann', password: 'korova-92' };
  const body = list(1);

  async function over(kind: 'socks5h' | 'socks5' | 'http' | 'https', typed = credentials) {
    const at = { address: '203.0.113.10', port: 1080 };
    const lab = await createLab(
      practiceScenario({
        isp: { connect: [{ prefixes: ['52.58.0.0/15'], action: 'refuse' }] },
        sites: [
          {
            host: 'ranges.example',
            addresses: ['52.58.1.1'],
            answer: { kind: 'reply', status: 200, contentType: 'application/json', body },
          },
        ],
        proxies: [{ id: 'proxy', label: 'Proxy', kind, host: 'proxy.example', ...at, credentials, typed }],
      }),
      { latencyMs: 0 },
    );
    const names: string[] = [];
    const lookup: typeof lab.network.lookup = (name, options) => {
      names.push(name);
      return lab.network.lookup(name, options);
    };
    const trust = createTrustStore({ bundled: [lab.authority], system: [], extra: [] });
    const fetchOver = (route: Route) =>
      refreshRanges(
        { url: 'https://ranges.example/ip-ranges.json', route, cacheFile },
        world({ network: { ...lab.network, lookup }, trust }),
      );
    const proxy = lab.routes.find(({ id }) => id === 'proxy') ?? direct;
    return { lab, names, fetchOver, proxy };
  }

  it.each([
    ['socks5h', ['proxy.example']],
    ['http', ['proxy.example']],
    ['https', ['proxy.example']],
    ['socks5', ['ranges.example', 'proxy.example']],
  ] as const)('%s brings what the current connection does not; names asked here: %j', async (kind, expected) => {
    const { lab, names, fetchOver, proxy } = await over(kind);
    try {
      expect(await saidOf(fetchOver(direct))).toMatchObject([
        { code: 'fetch-unreachable', params: { reason: 'refused ECONNREFUSED' } },
      ]);
      names.length = 0;
      expect(await saidOf(fetchOver(proxy))).toBe(true);
      expect(names).toEqual(expected);
      expect(cached()).toBe(body);
    } finally {
      await lab.close();
    }
  });

  it('that refuses the password is named without it', async () => {
    const { lab, fetchOver, proxy } = await over('socks5h', { username: 'ann', password: 'sobaka-17' });
    try {
      const said = await saidOf(fetchOver(proxy));
      expect(said).toMatchObject([
        { code: 'fetch-unreachable', params: { reason: expect.stringMatching(/^proxy-auth/) } },
      ]);
      expect(JSON.stringify(said)).not.toContain('sobaka');
      expect(existsSync(cacheFile)).toBe(false);
    } finally {
      await lab.close();
    }
  });
});

describe('over several routes in turn', () => {
  const labels = ['First', 'Second', 'Third'];
  const routes: readonly Route[] = labels.map((label, index) => ({ id: `r${index}`, kind: 'direct', label }));

  /** Each route is answered in its own way, as if each led to another server. */
  async function inTurn(answers: readonly RequestListener[], goesOn?: () => boolean) {
    const url = await serve();
    return refreshInTurn(
      routes.slice(0, answers.length),
      (route) => {
        answer = answers[labels.indexOf(route.label)] ?? give('');
        return refreshRanges({ url, route, cacheFile }, world());
      },
      goesOn,
    );
  }
  const begin = () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(cacheFile, list(2));
  };
  const page = give('<title>Blocked</title>', { 'content-type': 'text/html' });

  it('goes on behind one that lies, takes what the next one brings, and asks no further', async () => {
    begin();
    const { taken, problems } = await inTurn([give(list(1)), give(list(3)), give(list(4))]);
    expect(taken).toMatchObject({ route: { label: 'Second' }, value: { updated: true } });
    expect(problems).toMatchObject([{ code: 'ranges-older', route: { label: 'First' } }]);
    expect(asked).toHaveLength(2);
    expect(cached()).toBe(list(3));
  });

  it.each<[string, RequestListener, Problem['code']]>([
    ['an older list', give(list(1)), 'ranges-older'],
    ['half of the rows', give(list(3, 50)), 'ranges-row-count'],
    ['half a list', give(list(3).slice(0, 900)), 'ranges-truncated'],
    ['a page', page, 'fetch-type'],
    ['a gigabyte', give('', { 'content-length': String(gigabyte) }), 'ranges-too-large'],
    ['a list from the future', give(list(99_999_999)), 'ranges-future'],
    ['one bad row', give(list(3).replace('10.0.7.0/24', '10.0.7.1/24')), 'ranges-prefix'],
    ['nothing', cutShort, 'fetch-broken'],
  ])('a first route that brings %s keeps no second one from bringing the true list', async (_, lie, code) => {
    begin();
    const { taken, problems } = await inTurn([lie, give(list(3))]);
    expect(problems).toMatchObject([{ code, route: { label: 'First' } }]);
    expect(taken?.route.label).toBe('Second');
    expect(cached()).toBe(list(3));
  });

  it('changes nothing where all of them lie, and says of each what was wrong', async () => {
    begin();
    const { taken, problems } = await inTurn([give(list(1)), page, give(list(5, 10))]);
    expect(taken).toBeUndefined();
    expect(problems.map(({ route, code }) => [route?.label, code])).toEqual([
      ['First', 'ranges-older'],
      ['Second', 'fetch-type'],
      ['Third', 'ranges-row-count'],
    ]);
    expect(cached()).toBe(list(2));
    expect(readdirSync(join(folder, 'data'))).toEqual(['ip-ranges.json']);
  });

  it('ends with the route that confirms the list in use', async () => {
    begin();
    const { taken } = await inTurn([page, give(list(2)), give(list(3))]);
    expect(taken).toMatchObject({ route: { label: 'Second' }, value: { updated: false } });
    expect(cached()).toBe(list(2));
  });

  it('ends where it is told to, and at a disk that takes nothing, which is no fault of a route', async () => {
    begin();
    expect((await inTurn([page, give(list(3))], () => false)).problems).toHaveLength(1);
    expect(cached()).toBe(list(2));
    await new Promise((closed) => server.close(closed));
    // A folder in the place of the file it would be written to: what a full disk is, only sooner.
    mkdirSync(`${cacheFile}.previous`);
    writeFileSync(join(`${cacheFile}.previous`, 'in-the-way'), '');
    asked.length = 0;
    const { taken, problems } = await inTurn([page, give(list(3)), give(list(4))]);
    expect(taken).toBeUndefined();
    expect(problems).toMatchObject([
      { code: 'fetch-type', route: { label: 'First' } },
      { code: 'output-not-writable', file: cacheFile },
    ]);
    expect(problems[1]).not.toHaveProperty('route');
    expect(asked).toHaveLength(2);
    expect(cached()).toBe(list(2));
  });
});

describe('when Amazon last confirmed the list', () => {
  /** Amazon's own address, which leads to the server of this test. */
  async function fromAmazon(given: RequestListener, more: Partial<FetchWorld> = {}) {
    await serve(authority.issue({ names: ['ip-ranges.amazonaws.com'] }));
    answer = given;
    const { port } = server.address() as AddressInfo;
    const network = nodeNetwork({ lookup: async () => ['127.0.0.1'] });
    const connect: typeof network.connect = (to, ...rest) => network.connect({ ...to, port }, ...rest);
    const result = await refreshRanges(
      { url: amazonRangesUrl, route: direct, cacheFile },
      world({ network: { ...network, connect }, ...more }),
    );
    await new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    });
    return result;
  }
  const tokenOf = (serial: number) => 1_787_433_000 + serial;

  it('is told of that list alone, also where nothing is newer, and survives what is refused', async () => {
    expect(await fromAmazon(give(list(1), { etag: '"one"' }))).toMatchObject({ ok: true });
    expect(await readCheckedAt(cacheFile, tokenOf(1))).toBe(today);
    expect(await readCheckedAt(cacheFile, tokenOf(2))).toBeNull();
    expect(await readCheckedAt(cacheFile, undefined)).toBeNull();
    const later = '2026-09-27T12:00:00.000Z';
    const clock = { ...nodeClock(), wall: () => Date.parse(later) };
    expect(await fromAmazon(give('', {}, 304), { clock })).toMatchObject({ ok: true, value: { updated: false } });
    expect(await readCheckedAt(cacheFile, tokenOf(1))).toBe(later);
    expect(await fromAmazon(give(list(0)))).toMatchObject({ ok: false });
    expect(await readCheckedAt(cacheFile, tokenOf(1))).toBe(later);
  });

  it('is not what another address says', async () => {
    const url = await serve();
    answer = give(list(1));
    await refresh(url);
    expect(await readCheckedAt(cacheFile, tokenOf(1))).toBeNull();
  });
});
