import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressClass, replaceAddresses } from '../../../app/report/own-addresses.ts';
import { redactReport } from '../../../app/report/redact.ts';
import { redactionSchema, reportSchema } from '../../../model/report.ts';
import { sampleReport } from './sample-report.ts';

const own = ['192.168.7.23', '2001:db8:5::23', '203.0.113.5'];
const text = async (level: 'none' | 'standard' | 'strict', report = sampleReport()) =>
  JSON.stringify(await redactReport(report, level, own));

describe('redactReport', () => {
  it.each(redactionSchema.options)('gives a valid report at level %s, which it names', async (level) => {
    const report = await redactReport(sampleReport(), level, own);
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    expect(report.redaction).toBe(level);
  });

  it('keeps everything at none', async () => {
    expect(await redactReport(sampleReport(), 'none', own)).toEqual(sampleReport());
  });

  it('replaces the user’s own addresses by their class, wherever they stand', async () => {
    const report = await redactReport(sampleReport(), 'standard', own);
    expect(await text('standard')).not.toMatch(/192\.168\.7\.23|2001:db8:5::23/);
    const locals = report.results.flatMap(({ observations }) =>
      observations.flatMap((item) => (item.step === 'connect' ? [item.localAddress] : [])),
    );
    expect(locals).toEqual(['private IPv4', 'public IPv6']);
    expect(await text('standard')).toContain('from=private-ipv4');
  });

  it('finds an own address in every spelling and place, ids and keys too', async () => {
    const base = sampleReport();
    const [route] = base.routes;
    const spellings = [
      '203.0.113.5',
      '[2001:DB8:5:0::23]:443',
      '2001:0db8:0005:0000:0000:0000:0000:0023',
      '::ffff:203.0.113.5',
      'cust-203-0-113-5.isp.example',
      '203%2E0%2E113%2E5',
      '2001%3adb8%3A5::23',
      '2001:db8:5::23%eth0',
      'x%20203.0.113.5',
      '%5B2001:db8:5::23%5D',
    ];
    for (const spelling of spellings) {
      const report = sampleReport({ routes: route ? [{ ...route, label: `at ${spelling} here` }] : [] });
      const label = (await redactReport(report, 'standard', own)).routes[0]?.label ?? '';
      expect(label, spelling).toMatch(/at .*(private|public)-ipv[46].* here/);
    }
  });

  it('finds an own address behind every encoding, number and name a server may make of it', async () => {
    const base = sampleReport();
    const [route] = base.routes;
    const encode = (text: string) => Buffer.from(text).toString('base64');
    const spellings = [
      [...'203.0.113.5'].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''),
      '203.0.113.5 and %32%30%33%2e0%2e113%2e5',
      '%2532%30%33.0.113.5',
      encode('203.0.113.5'),
      encode('{"ip":"2001:db8:5::23"}').replace(/=+$/, ''),
      '3405803781',
      '0xcb007105',
      'CB007105',
      'host-5-113-0-203.isp.example',
      '5.113.0.203.in-addr.arpa',
      '2002:cb00:7105::1',
      '64:ff9b::cb00:7105',
      '::ffff:cb00:7105',
      '20010db8000500000000000000000023',
      '2001-0db8-0005-0000-0000-0000-0000-0023.isp.example',
      '2001-db8-5--23.isp.example',
      '3.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
      // Another address of the same household.
      '2001:db8:5:0:a1b2:c3d4:e5f6:1',
    ];
    for (const spelling of spellings) {
      const report = sampleReport({ routes: route ? [{ ...route, label: `at ${spelling} here` }] : [] });
      const label = (await redactReport(report, 'standard', own)).routes[0]?.label ?? '';
      expect(label, spelling).toMatch(/^at (?:host-)?(public-ipv[46](\.isp\.example|\.ip6\.arpa)?( and )?)+ here$/);
    }
  });

  it('leaves numbers, words and servers alone that are nobody’s', async () => {
    const base = sampleReport();
    const [route] = base.routes;
    for (const text of [
      '13405803781',
      'cb0071050',
      'aGVsbG8gd29ybGQ=',
      '100%25',
      '2002:c633:6407::1',
      'a'.repeat(64),
    ]) {
      const report = sampleReport({ routes: route ? [{ ...route, label: text }] : [] });
      expect((await redactReport(report, 'standard', own)).routes[0]?.label).toBe(text);
    }
    const [target] = base.targets;
    const neighbour = '2001:db8:5::80';
    const mine = target ? [{ ...target, host: neighbour, url: `https://[${neighbour}]/` }] : [];
    expect((await redactReport(sampleReport({ targets: mine }), 'standard', own)).targets).toEqual(mine);
  });

  it('hides the visitor in certificates and in the names that he is sent to', async () => {
    const base = sampleReport();
    const [result] = base.results;
    const [resolve, connect, http] = result?.observations ?? [];
    if (!result || resolve?.step !== 'resolve' || connect?.step !== 'connect' || http?.step !== 'http')
      throw new Error('the sample changed');
    const name = 'cust-203-0-113-99.isp.example';
    const certificate = {
      fingerprint256: 'a'.repeat(64),
      subject: 'CN=203.0.113.99',
      issuer: 'CN=198.51.100.7',
      validFrom: 'a',
      validTo: 'b',
    };
    const { localAddress: _local, ...bare } = connect;
    const report = sampleReport({
      results: [
        {
          ...result,
          observations: [
            { ...resolve, name, answers: [{ address: '198.51.100.7' }] },
            { ...bare, step: 'tls', serverName: name, bytesReceived: 1, chain: [certificate] },
            { ...bare, step: 'proxy', requested: name },
            {
              ...http,
              url: `http://${name}/`,
              foreignHost: name,
              redirects: [{ url: `https://${name}:8443/x`, status: 302 }],
            },
          ],
        },
      ],
    });
    const shown = JSON.stringify(await redactReport(report, 'standard'));
    expect(shown).not.toMatch(/203[.-]0[.-]113[.-]99/);
    expect(shown).toContain('https://cust-public-ipv4.isp.example:8443/x');
    // Who was dialled is a server, in its certificate too.
    expect(shown).toContain('CN=198.51.100.7');
  });

  it('hides in certificates what this machine and its person are called', async () => {
    const base = sampleReport();
    const [result] = base.results;
    const [, connect] = result?.observations ?? [];
    if (!result || connect?.step !== 'connect') throw new Error('the sample changed');
    const { localAddress: _local, ...bare } = connect;
    const certificate = {
      fingerprint256: 'a'.repeat(64),
      subject: 'OU=ann@Anns-Laptop (Ann Lee), CN=root of Annapolis',
      issuer: 'CN=mkcert ann@anns-laptop.fritz.box',
      validFrom: 'a',
      validTo: 'b',
    };
    const tls = { ...bare, step: 'tls' as const, bytesReceived: 1, chain: [certificate] };
    const report = sampleReport({ results: [{ ...result, observations: [tls] }] });
    const shown = await redactReport(report, 'standard', own, ['anns-laptop.fritz.box', 'ann', 'root']);
    expect(shown.results[0]?.observations[0]).toMatchObject({
      chain: [{ subject: 'OU=hidden@hidden (hidden Lee), CN=root of Annapolis', issuer: 'CN=mkcert hidden@hidden' }],
    });
  });

  it('does not touch addresses that only look alike', async () => {
    for (const other of ['203.0.113.50', '1203.0.113.5', '203.0.113.5.6', '2001:db8:5::233', '12:30:05']) {
      expect(replaceAddresses(other, (address) => (own.includes(address) ? 'OWN' : undefined))).toBe(other);
    }
  });

  it('hides what servers say of the visitor, whose public address nobody here knows', async () => {
    const shown = await text('standard');
    expect(shown).not.toContain('203.0.113.99');
    expect(shown).not.toContain('203-0-113-99');
    expect(shown).not.toContain('2001%3Adb8%3A%3A99');
    expect(shown).not.toMatch(/x-client-ip|set-cookie|secret-cookie/);
  });

  it('keeps what a verdict rests on: servers, block pages and useful headers', async () => {
    const shown = await text('standard');
    expect(shown).toContain('http://10.10.34.34/blocked');
    expect(shown).toContain('"server":"edge 198.51.100.7"');
    expect(shown).toContain('"server":"8.8.8.8"');
    expect(shown).toContain('"content-type":"text/html"');
    expect(shown).toContain('my-proxy.example:4321');
  });

  it('drops places and names at strict', async () => {
    const shown = await text('strict');
    for (const secret of [
      'my-proxy',
      '192.0.2.44',
      '4321',
      'Aunt Vera',
      'wg-home',
      '8.8.8.8',
      'localAddress',
      '192.168.7',
    ]) {
      expect(shown, secret).not.toContain(secret);
    }
    const report = await redactReport(sampleReport(), 'strict', own);
    expect(report.routes.map(({ id, label }) => [id, label])).toEqual([
      ['direct', 'Current connection'],
      ['route-2', 'Route 2'],
      ['route-3', 'Route 3'],
    ]);
    expect(report.verdicts[0]?.workingRoutes).toEqual(['route-2']);
    expect(report.results.map(({ routeId }) => routeId)).toEqual(['direct', 'route-2', 'direct', 'route-2']);
  });

  it('never makes a report less redacted, and redacting again changes nothing', async () => {
    const strict = await redactReport(sampleReport(), 'strict', own);
    expect(await redactReport(strict, 'none')).toEqual(strict);
    const standard = await redactReport(sampleReport(), 'standard', own);
    expect(await redactReport(standard, 'standard', own)).toEqual(standard);
  });

  it('leaves no trace of any own address, wherever it was written', async () => {
    const place = fc.constantFrom<(address: string) => Partial<ReturnType<typeof sampleReport>>>(
      (address) => ({ id: `run ${address}` }),
      (address) => ({ environment: { ...sampleReport().environment, systemProxy: `${address}:3128` } }),
      (address) => ({ software: { name: `x/${address}`, version: `(${address})` } }),
    );
    const address = fc.ipV4().filter((text) => !/^(127|0)\./.test(text));
    await fc.assert(
      fc.asyncProperty(
        address,
        place,
        fc.constantFrom('standard' as const, 'strict' as const),
        async (mine, put, level) => {
          const report = await redactReport(sampleReport(put(mine)), level, [mine]);
          expect(JSON.stringify([report.id, report.environment, report.software])).not.toMatch(
            new RegExp(`(?<![\\d.])${mine.replaceAll('.', '\\.')}(?![\\d.])`),
          );
        },
      ),
    );
  });
});

describe('addressClass', () => {
  it.each([
    ['10.1.2.3', 'private IPv4'],
    ['203.0.113.5', 'public IPv4'],
    ['100.64.0.1', 'shared IPv4'],
    ['127.0.0.1', 'loopback IPv4'],
    ['169.254.1.1', 'link-local IPv4'],
    ['fe80::1%eth0', 'link-local IPv6'],
    ['fd00::1', 'private IPv6'],
    ['2a00:1450::1', 'public IPv6'],
    ['::ffff:10.0.0.1', 'private IPv4'],
    ['what', 'local address'],
  ])('%s is a %s', (address, name) => {
    expect(addressClass(address)).toBe(name);
  });
});
