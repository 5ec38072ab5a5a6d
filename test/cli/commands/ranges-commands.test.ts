import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LookupOptions, lookupCommand } from '../../../cli/commands/lookup.ts';
import { type RangesOptions, rangesCommand } from '../../../cli/commands/ranges.ts';
import { groupDigits } from '../../../cli/commands/write-lookup.ts';
import type { Io } from '../../../cli/io.ts';
import { rangesFiles } from '../../../cli/open-ranges.ts';
import { runProgram } from '../../../cli/program.ts';
import type { Network } from '../../../engine/network.ts';
import { nodeClock } from '../../../engine/node-clock.ts';
import { createTrustStore } from '../../../engine/trust-store.ts';
import { createLab } from '../../../lab/create-lab.ts';
import { sampleAsnBytes } from '../../engine/ranges/sample-asn-table.ts';
import { sampleFile } from '../../engine/ranges/sample-ranges.ts';
import { practiceScenario } from '../../lab/practice-scenario.ts';

let folder: string;
let out: string;
let err: string;
let env: Record<string, string>;
let stop: AbortController;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-lookup-'));
  [out, err, env, stop] = ['', '', { XDG_DATA_HOME: join(folder, 'data') }, new AbortController()];
  mkdirSync(join(folder, 'out', 'ranges'), { recursive: true });
  const asn = sampleAsnBytes([
    ['8.8.8.0', '8.8.8.255', 15169],
    ['52.56.0.0', '52.59.255.255', 16509],
  ]);
  writeFileSync(join(folder, 'out', 'ranges', 'asn.bin'), asn);
});
afterEach(() => rmSync(folder, { recursive: true }));

const list = JSON.stringify(
  sampleFile([
    ['52.58.0.0/15', 'eu-central-1', 'AMAZON'],
    ['52.58.0.0/15', 'eu-central-1', 'EC2'],
    ['13.32.0.0/15', 'GLOBAL', 'CLOUDFRONT'],
  ]),
);
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
function makeIo(): Io {
  const output = (add: (text: string) => void) => ({
    write: add,
    flush: async () => true,
    isTty: false,
    columns: 80,
    color: false,
  });
  return {
    stdout: output((text) => {
      out += text;
    }),
    stderr: output((text) => {
      err += text;
    }),
    readStdin: async () => Buffer.from(list),
    env,
    now: () => new Date(0),
    signal: stop.signal,
  };
}
const files = () => rangesFiles(env, join(folder, 'out'));
const asked: string[] = [];
async function lookup(name: string): Promise<string[]> {
  asked.push(name);
  if (name === 'two.example') return ['52.58.1.1', '8.8.8.8', '8.8.8.8'];
  throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
}
const runLookup = (words: string[], options: LookupOptions = {}) =>
  lookupCommand(words, options, { io: makeIo(), network: { lookup }, files: files() });
/** No network: whatever is dialled or looked up is refused, and written down. */
const world = async () => {
  const network: Network = {
    lookup,
    connect: async ({ address, port }) => {
      dialled.push(`${address}:${port}`);
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    },
    udp: () => Promise.reject(new Error('nobody asks')),
    interfaces: () => [],
  };
  return { network, clock: nodeClock(), trust: createTrustStore({ bundled: [], system: [], extra: [] }) };
};
const dialled: string[] = [];
const runRanges = (options: Partial<RangesOptions> = {}) =>
  rangesCommand({ route: [], ...options }, { io: makeIo(), files: files(), world });

describe('waylight lookup', () => {
  it('shows a line for each address', async () => {
    const ranges = write('list.json.gz', gzipSync(list));
    expect(await runLookup(['52.58.1.1', '8.8.8.8', '13.32.0.1', '10.0.0.1', '64:ff9b::343a:101'], { ranges })).toBe(0);
    expect(out.split('\n').slice(0, 6)).toEqual([
      'address            AS       network        operator  prefix        region        service     list of April 2018',
      '52.58.1.1          AS16509  Network 16509  aws       52.58.0.0/15  eu-central-1  EC2         52.58.0.0/15 from 2018-04-16',
      '8.8.8.8            AS15169  Network 15169  google    -             -             -           -',
      '13.32.0.1          -        -              aws       13.32.0.0/15  anycast       CLOUDFRONT  -',
      '10.0.0.1           -        -              -         -             -             -           -',
      '64:ff9b::343a:101  AS16509  Network 16509  aws       52.58.0.0/15  eu-central-1  EC2         52.58.0.0/15 from 2018-04-16',
    ]);
    expect(out).toContain("Amazon's list, from the file given, 3 rows of 2026-08-22");
    expect(out).toContain('CC BY 4.0');
    expect(err).toBe('');
  });

  it('asks the system’s resolver for names only, and says so', async () => {
    asked.length = 0;
    expect(await runLookup(['two.example', 'Gone.Example', '52.58.1.1'])).toBe(0);
    expect(asked).toEqual(['two.example', 'gone.example']);
    expect(out).toContain("two.example: 2 addresses from this system's resolver");
    expect(out).toContain("Gone.Example: this system's resolver gives no address (ENOTFOUND)");
    expect(out.match(/^8\.8\.8\.8 /gm)).toHaveLength(1);
    expect(out).toContain('by operator, no region');
  });

  it('sums up a range', async () => {
    env.WAYLIGHT_AWS_RANGES = write('list.json', list);
    expect(await runLookup(['52.56.0.0/14'])).toBe(0);
    expect(out).toContain('52.56.0.0/14: 262,144 addresses, 262,144 of them on the list of April 2018');
    expect(out).toContain('AS16509 Network 16509: 262,144 addresses');
    expect(out).toContain('52.58.0.0/15 eu-central-1 AMAZON EC2');
    expect(out).toContain('AWS services: AMAZON 1, EC2 1');
  });

  it('says of ranges, regions and names since when they were on the list of April 2018, and that it is history', async () => {
    const ranges = write('list.json', list);
    expect(await runLookup(['52.56.0.0/15', '34.128.0.0/9', 'eu-central-1', 'two.example'], { ranges })).toBe(0);
    expect(out.split('\n')).toEqual([
      "two.example: 2 addresses from this system's resolver, 1 of them on the list of April 2018 from 2018-04-16",
      'address    AS       network        operator  prefix        region        service  list of April 2018',
      '52.58.1.1  AS16509  Network 16509  aws       52.58.0.0/15  eu-central-1  EC2      52.58.0.0/15 from 2018-04-16',
      '8.8.8.8    AS15169  Network 15169  google    -             -             -        -',
      '52.56.0.0/15: 131,072 addresses, 131,072 of them on the list of April 2018',
      ' on the list by: 2018-04-16 0; 2018-04-17 0; 2018-04-18 131,072; 2018-04-19 131,072; 2018-04-23 131,072',
      ' networks: 1',
      '  AS16509 Network 16509: 131,072 addresses',
      ' AWS prefixes inside or around: 0',
      ' AWS regions: -',
      ' AWS services: -',
      '34.128.0.0/9: 8,388,608 addresses, 4,194,304 of them on the list of April 2018',
      ' on the list by: 2018-04-16 0; 2018-04-17 4,194,304; 2018-04-18 4,194,304; 2018-04-19 4,194,304; 2018-04-23 4,194,304',
      ' networks: 0',
      ' AWS prefixes inside or around: 0',
      ' AWS regions: -',
      ' AWS services: -',
      'eu-central-1: a region of AWS, 131,072 IPv4 addresses, 131,072 of them (100.0 %) on the list of April 2018',
      ' on the list by: 2018-04-16 131,072; 2018-04-17 131,072; 2018-04-18 131,072; 2018-04-19 131,072; 2018-04-23 131,072',
      '',
      'The list of April 2018 was lifted on 2020-06-18: it is history, and no evidence that anything is blocked today.',
      '',
      expect.stringContaining('Ranges: '),
      expect.stringContaining('CC BY 4.0'),
      '',
    ]);
    out = '';
    await runLookup(['10.0.0.0/8', '10.0.0.1', 'gone.example'], { ranges });
    expect(out).not.toContain('lifted');
    out = '';
    // Without Amazon's list it is a name like any other.
    asked.length = 0;
    await runLookup(['eu-central-1']);
    expect(asked).toEqual(['eu-central-1']);
  });

  it('writes JSON to a file beside the text, or alone to standard output', async () => {
    const json = join(folder, 'found.json');
    await runLookup(['two.example', '52.58.0.0/15'], { json, ranges: '-' });
    const document = JSON.parse(readFileSync(json, 'utf8'));
    expect(document).toMatchObject({
      schema: 'waylight.lookup/1',
      ranges: { source: 'file', rows: 3 },
      results: [
        { kind: 'host', resolver: 'system', addresses: [{ address: '52.58.1.1', facts: { asn: 16509 } }, {}] },
        {
          kind: 'cidr',
          addresses: '131072',
          addresses2018: 131072,
          days2018: expect.arrayContaining([{ day: '2018-04-16', addresses: 131072 }]),
          regions: { 'eu-central-1': 1 },
        },
      ],
      list2018: { lifted: '2020-06-18', note: expect.stringContaining('no evidence') },
    });
    expect(document.attribution).toContain('DB-IP');
    expect(out).toContain('two.example');
    out = '';
    await runLookup(['52.58.1.1'], { json: '-' });
    expect(JSON.parse(out).results[0].facts.asn).toBe(16509);
  });

  it.each([
    [['52.58.0.1/15'], /52\.58\.0\.1\/15: has bits set after its prefix length/],
    [['52.58.0.0/33'], /52\.58\.0\.0\/33: has an impossible prefix length/],
    [['a b'], /the host a b is not a valid name/],
    [['010.0.0.1'], /not a valid name or address/],
    [['evil\u001b[31m'], /waylight: the host evil \S* ?is not a valid name or address/],
  ])('refuses %j before anything is looked up', async (words, message) => {
    asked.length = 0;
    expect(await runLookup(['two.example', ...words])).toBe(2);
    expect(err).toMatch(message);
    expect([asked, out, err.includes('\u001b')]).toEqual([[], '', false]);
  });

  it('names the option and the file that is wrong', async () => {
    const ranges = write('cut.json', list.slice(0, 50));
    expect(await runLookup(['8.8.8.8'], { ranges })).toBe(2);
    expect(err).toBe(
      `waylight: --ranges, ${ranges}: ends in the middle of its JSON: it was cut short; download it again\n`,
    );
    env.WAYLIGHT_AWS_RANGES = join(folder, 'none.json');
    err = '';
    expect(await runLookup(['8.8.8.8'])).toBe(2);
    expect(err).toMatch(/^waylight: WAYLIGHT_AWS_RANGES, .*none\.json: no such file\n$/);
    err = '';
    expect(await runLookup(['8.8.8.8'], { ranges: write('l', list), json: join(folder, 'no', 'x') })).toBe(2);
    expect(err).toMatch(/^waylight: --json, /);
  });

  it('takes several words from the command line', async () => {
    expect(await runProgram(['lookup', '52.58.1.1', '8.8.8.8'], makeIo(), join(folder, 'out'))).toBe(0);
    expect(out).toMatch(/^52\.58\.1\.1 .*\n8\.8\.8\.8 /m);
  });

  it('stops when interrupted', async () => {
    stop.abort();
    expect(await runLookup(['two.example'])).toBe(3);
  });
});

describe('waylight ranges', () => {
  it('shows what is in use', async () => {
    expect(await runRanges()).toBe(0);
    expect(out).toMatch(/^source {4}by operator, no region .* 1 rows of 2026-06-17$/m);
    expect(out).toMatch(/^AS table {2}2 ranges of 2026-06-17$/m);
    expect(out).toMatch(/^credit .*CC BY 4\.0/m);
    expect(out).toMatch(
      /^2018 list 17,735,680 addresses listed by 2018-04-23, 100\.0 % of Amazon's IPv4 addresses today; history, lifted on 2020-06-18$/m,
    );
  });

  it('takes a file in, shows it, and refuses an older one', async () => {
    expect(await runRanges({ update: true, from: write('list.json.gz', gzipSync(list)) })).toBe(0);
    expect(readFileSync(files().cacheFile, 'utf8')).toBe(list);
    expect(err).toBe('The list of 2026-08-22 is now in use.\n');
    expect(out).toMatch(/^source {4}Amazon's list, 3 rows of 2026-08-22$/m);
    expect(out).toMatch(/^rows {6}3 IPv4, 0 IPv6; 2 distinct prefixes$/m);
    expect(out).toMatch(/^regions {3}2: GLOBAL eu-central-1$/m);
    expect(out).toMatch(/^services {2}3: AMAZON CLOUDFRONT EC2$/m);
    err = '';
    const older = write('older.json', list.replace('1787433425', '1787433424'));
    expect(await runRanges({ update: true, from: older })).toBe(2);
    expect(err).toContain(`--from, ${older}: is of 2026-08-22T21:17:05.000Z, older than the list in use`);
    expect(readFileSync(files().cacheFile, 'utf8')).toBe(list);
  });

  it.each([
    [{ from: 'x' }, '--from: needs --update'],
    [{ route: ['direct'] }, '--route: needs --update'],
    [{ routes: 'x' }, '--routes: needs --update'],
    [{ update: true, from: 'x', route: ['direct'] }, '--route: needs --from https://…'],
    [{ update: true, from: 'x', routes: 'y' }, '--routes: needs --from https://…'],
    [{ update: true, routes: '/nowhere/x' }, '--routes, /nowhere/x: no such file'],
    [{ update: true, from: 'http://two.example/' }, '--update, http://two.example/: must be an https:// address'],
    [{ update: true, route: ['nonsense'] }, /^waylight: --route: /],
    [
      { update: true, route: ['tg://proxy?server=203.0.113.1&port=443&secret=dd000102030405060708090a0b0c0d0e0f'] },
      '--route: an MTProxy carries nothing but Telegram; give another route',
    ],
    [
      { update: true, from: 'https://ann:korova-92@two.example/' },
      '--update, https://…@two.example/: must not hold a user name or password',
    ],
  ])('refuses %j before anything is sent', async (options, message) => {
    asked.length = 0;
    dialled.length = 0;
    expect(await runRanges(options)).toBe(2);
    if (typeof message === 'string') expect(err).toBe(`waylight: ${message}\n`);
    else expect(err).toMatch(message);
    expect([out, asked, dialled, existsSync(files().cacheFile)]).toEqual(['', [], [], false]);
  });

  it('asks Amazon unless told otherwise, and over the route it is told', async () => {
    asked.length = 0;
    dialled.length = 0;
    expect(await runRanges({ update: true })).toBe(2);
    expect([asked, dialled]).toEqual([['ip-ranges.amazonaws.com'], []]);
    expect(err).toBe(
      'waylight: --update, https://ip-ranges.amazonaws.com/ip-ranges.json: cannot be reached over this route (nxdomain ENOTFOUND)\n',
    );
    asked.length = 0;
    expect(await runRanges({ update: true, route: ['socks5h://ann:korova-92@203.0.113.1:1080'] })).toBe(2);
    expect([asked, dialled]).toEqual([[], ['203.0.113.1:1080']]);
    expect(err).not.toContain('korova');
    expect(await runRanges({ update: true, from: 'https://two.example/list' })).toBe(2);
    expect([asked, dialled.slice(1)]).toEqual([['two.example'], ['52.58.1.1:443', '8.8.8.8:443']]);
  });

  it('tries the routes it is given, --route before --routes, and says of each what was wrong', async () => {
    asked.length = 0;
    dialled.length = 0;
    const links = [
      'socks5h://ann:korova-92@203.0.113.2:1080#Café',
      'tg://proxy?server=203.0.113.3&port=443&secret=dd000102030405060708090a0b0c0d0e0f',
      'http://203.0.113.4:3128',
    ];
    const routes = write('routes.txt', links.join('\n'));
    expect(await runRanges({ update: true, route: ['socks5h://203.0.113.1:1080'], routes })).toBe(2);
    expect([asked, dialled]).toEqual([[], ['203.0.113.1:1080', '203.0.113.2:1080', '203.0.113.4:3128']]);
    const url = 'https://ip-ranges.amazonaws.com/ip-ranges.json';
    const said = err.split('\n').filter((line) => line.includes(url));
    expect(said).toEqual(
      ['socks5h 203.0.113.1:1080', 'Café', 'http 203.0.113.4:3128'].map((label) =>
        expect.stringContaining(`--update, ${url}, over “${label}”: cannot be reached over this route (`),
      ),
    );
    expect(err).not.toContain('korova');
    err = '';
    expect(await runRanges({ update: true, routes: write('routes.txt', links[1] ?? '') })).toBe(2);
    expect(err).toBe('waylight: --routes: an MTProxy carries nothing but Telegram; give another route\n');
  });

  it('stops at the first route that serves, and says which and since when the list is confirmed', async () => {
    const lab = await createLab(
      practiceScenario({
        isp: { connect: [{ prefixes: ['52.58.9.9/32'], action: 'refuse' }] },
        sites: [
          {
            host: 'ip-ranges.amazonaws.com',
            addresses: ['52.58.9.9'],
            answer: { kind: 'reply', status: 200, contentType: 'application/json', body: list },
          },
        ],
        proxies: ['10', '11'].map((number) => ({
          id: `p${number}`,
          label: number,
          kind: 'socks5h',
          host: `203.0.113.${number}`,
          address: `203.0.113.${number}`,
          port: 1080,
        })),
      }),
      { latencyMs: 0 },
    );
    try {
      const wall = Date.parse('2026-09-20T12:00:00.000Z');
      const trust = createTrustStore({ bundled: [lab.authority], system: [], extra: [] });
      const clock = { ...nodeClock(), wall: () => wall };
      const io = { ...makeIo(), now: () => new Date(wall) };
      const options = {
        update: true,
        route: ['direct', 'socks5h://203.0.113.10:1080#First', 'socks5h://203.0.113.11:1080#Second'],
      };
      const world = async () => ({ network: lab.network, clock, trust });
      expect(await rangesCommand(options, { io, files: files(), world })).toBe(0);
      expect(err).toContain('over “Current connection”: cannot be reached over this route (refused ECONNREFUSED)\n');
      expect(err).toContain('The list of 2026-08-22 is now in use, over “First”.\n');
      expect(err).not.toContain('Second');
      expect(out).toMatch(/^source +Amazon's list, 3 rows of 2026-08-22, 28 days old$/m);
      expect(out).toMatch(/^confirmed +2026-09-20T12:00:00.000Z: Amazon had no newer one$/m);
    } finally {
      await lab.close();
    }
  });

  it('says that Amazon was never asked about a list from a file', async () => {
    await runRanges({ update: true, from: write('list.json', list) });
    expect(out).toMatch(/^confirmed +never asked whether there is a newer one$/m);
  });

  it('says nothing more when it is interrupted', async () => {
    stop.abort();
    expect(await runRanges({ update: true })).toBe(3);
    expect([out, err]).toEqual(['', '']);
  });
});

describe('groupDigits', () => {
  it.each([
    ['0', '0'],
    ['999', '999'],
    ['1000', '1,000'],
    [1_234_567, '1,234,567'],
    [String(2n ** 128n), '340,282,366,920,938,463,463,374,607,431,768,211,456'],
  ])('%s', (digits, expected) => expect(groupDigits(digits)).toBe(expected));
});
