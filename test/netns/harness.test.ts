import { describe, expect, it } from 'vitest';
import { user, vpn } from './addresses.ts';
import { listNamespaces } from './leftovers.ts';
import { requireWorld } from './require-world.ts';
import { dataCentre, site } from './sites.ts';
import { type World, world } from './world.ts';

// Before the program is tested in these worlds, the worlds are: with other people's clients.

/** curl's exit code: 0 fine, 6 no such name, 7 refused or unreachable, 28 too slow, 35 TLS cut, 56 connection cut, 60 untrusted. */
async function curl(at: World, url: string, ...more: readonly string[]): Promise<{ code: number | null; out: string }> {
  const trust = ['--cacert', `${at.folder}/test-root.pem`];
  const { code, stdout } = await at.asUser(
    'curl',
    '-sS',
    '-m',
    '2',
    ...trust,
    ...more,
    '-w',
    '|%{http_code}|%{remote_ip}',
    url,
  );
  return { code, out: stdout };
}

async function codeOf(at: World, url: string, ...more: readonly string[]): Promise<number | null> {
  return (await curl(at, url, ...more)).code;
}

const bank = site('bank.example', '52.58.1.1');
const shop = site('shop.example', '104.16.1.1');

describe.skipIf(!requireWorld()).concurrent('a world', () => {
  it('has working names, TLS and HTTP over both families', async () => {
    await world({ sites: [bank, site('six.example', '2606:4700::1234')] }, async (at) => {
      expect((await curl(at, 'https://bank.example/')).out).toMatch(/Welcome to bank.example.*\|200\|52\.58\.1\.1$/);
      expect((await curl(at, 'http://bank.example/')).out).toMatch(/\|200\|/);
      expect((await curl(at, 'https://six.example/')).out).toMatch(/\|200\|2606:4700::1234$/);
      expect((await at.asUser('getent', 'hosts', 'nowhere.example')).code).toBe(2);
      expect((await curl(at, 'http://cp.cloudflare.com/generate_204')).out).toMatch(/\|204\|/);
      expect(at.queriedNames()).toContain('bank.example');
      expect(await at.dnsPackets()).toBeGreaterThan(0);
      expect(at.connections()).toContainEqual({ to: '52.58.1.1:443', from: user.v4 });
    });
  });

  it('has no way out to this machine or beyond it', async () => {
    await world({}, async (at) => {
      const links = await at.asUser('ip', '-br', 'link');
      expect([...links.stdout.matchAll(/^[^@ ]+/gm)].map(String)).toEqual(['lo', 'eth0']);
      for (const address of ['10.255.255.53', '203.0.113.9', '20.1.2.3']) {
        expect(await codeOf(at, `http://${address}/`, '--connect-timeout', '0.5')).toBe(28);
      }
      const outside = await at.asUser('ip', 'netns', 'exec', at.topology.internet, 'ip', '-br', 'link');
      expect(outside.stdout).toMatch(/^lo .*\nisp0@\S+ .*\n$/);
    });
  });

  it('leaves nothing behind, even when its life ends in an error', async () => {
    let inside: string[] = [];
    const failing = world({ sites: [bank], proxies: ['danted'] }, async (at) => {
      inside = [at.topology.user, at.topology.isp, at.topology.internet];
      expect(listNamespaces(() => true)).toEqual(expect.arrayContaining(inside));
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(inside).toHaveLength(3);
    expect(listNamespaces(() => true).filter((name) => inside.includes(name))).toEqual([]);
  });

  it('has servers with the certificates asked for', async () => {
    const sites = [
      site('old.example', '52.58.1.2', { certificate: 'expired' }),
      site('strange.example', '52.58.1.3', { certificate: 'untrusted' }),
      site('other.example', '52.58.1.4', { certificateNames: ['else.example'] }),
      site('strict.example', '52.58.1.5', { alertUnknownNames: true }),
    ];
    await world({ sites }, async (at) => {
      for (const name of ['old', 'strange', 'other']) expect(await codeOf(at, `https://${name}.example/`)).toBe(60);
      expect(await codeOf(at, 'https://strict.example/')).toBe(0);
      expect(await codeOf(at, 'https://neutral.example/', '--resolve', 'neutral.example:443:52.58.1.5')).toBe(35);
    });
  });

  it('has a censor that drops, rejects and freezes by address', async () => {
    const forward = [
      'ip daddr 52.58.1.1 drop',
      'ip daddr 104.16.1.1 tcp dport 443 reject with tcp reset',
      'ip daddr 104.16.1.2 reject with icmpx type admin-prohibited',
      'ip saddr 104.16.1.3 ct reply bytes > 20000 drop',
    ];
    const sites = [
      bank,
      shop,
      site('c.example', '104.16.1.2'),
      site('d.example', '104.16.1.3', { https: { bodyBytes: 60_000 } }),
    ];
    await world({ sites, censor: { forward }, proxies: ['socks'] }, async (at) => {
      expect(await codeOf(at, 'https://bank.example/')).toBe(28);
      expect(await codeOf(at, 'https://shop.example/')).toBe(7);
      expect(await codeOf(at, 'http://shop.example/')).toBe(0);
      expect(await codeOf(at, 'https://c.example/')).toBe(7);
      expect(await codeOf(at, 'https://d.example/')).toBe(28);
      for (const name of ['bank', 'shop', 'c', 'd']) {
        expect(await codeOf(at, `https://${name}.example/`, '-o', '/dev/null', '-x', at.links.socks)).toBe(0);
      }
    });
  });

  it('has a middlebox that reads names', async () => {
    const names = ['reset', 'fin', 'silence', 'intercept'] as const;
    const sites = [...names, 'free'].map((name, n) => site(`${name}.example`, `104.16.2.${n + 1}`));
    const tls = names.map((action) => ({ name: `${action}.example`, action }));
    const http = [
      { name: 'reset.example', action: { reply: { status: 302, headers: { location: 'http://warning.rt.ru/' } } } },
    ];
    await world({ sites, censor: { tls, http } }, async (at) => {
      expect(await codeOf(at, 'https://reset.example/')).toBe(35);
      expect(await codeOf(at, 'https://fin.example/')).toBe(35);
      expect(await codeOf(at, 'https://silence.example/')).toBe(28);
      expect(await codeOf(at, 'https://intercept.example/')).toBe(60);
      expect((await curl(at, 'https://free.example/')).out).toMatch(/\|200\|/);
      expect((await curl(at, 'http://reset.example/')).out).toMatch(/\|302\|/);
      expect((await curl(at, 'http://free.example/')).out).toMatch(/\|200\|/);
      const neutral = ['--resolve', 'free.example:443:104.16.2.1', '-k'];
      expect(await codeOf(at, 'https://free.example/', ...neutral)).toBe(0);
      const signer = await at.asUser(
        'openssl',
        's_client',
        '-connect',
        '104.16.2.4:443',
        '-servername',
        'intercept.example',
      );
      expect(signer.stdout).toContain('Unheard-of Root');
    });
  });

  it('has resolvers that lie as they are told', async () => {
    const dns = { isp: { 'bank.example': ['188.186.154.79'], 'shop.example': 'nxdomain' as const } };
    await world({ sites: [bank, shop], dns, censor: { interceptDns: true } }, async (at) => {
      expect((await at.asUser('getent', 'ahostsv4', 'bank.example')).stdout).toContain('188.186.154.79');
      expect((await at.asUser('getent', 'ahostsv4', 'shop.example')).code).toBe(2);
      const doh = await curl(at, 'https://bank.example/', '--doh-url', 'https://1.1.1.1/dns-query');
      expect(doh.out).toMatch(/\|200\|52\.58\.1\.1$/);
    });
  });

  it('has an injector whose lie comes first and the truth after it', async () => {
    await world({ sites: [bank], censor: { injectDns: { 'bank.example': '31.13.94.37' } } }, async (at) => {
      const script = `
        import { createSocket } from 'node:dgram';
        import { encode, decode } from 'dns-packet';
        const socket = createSocket('udp4');
        socket.on('message', (m, from) => console.log(from.address, decode(m).answers.map((a) => a.data).join()));
        socket.send(encode({ id: 7, type: 'query', questions: [{ type: 'A', name: 'bank.example' }] }), 53, '8.8.8.8');
        setTimeout(() => socket.close(), 300);`;
      const answers = await at.asUser(process.execPath, '--input-type=module', '-e', script);
      expect(answers.stdout).toBe('8.8.8.8 31.13.94.37\n8.8.8.8 52.58.1.1\n');
    });
  });

  it('has proxies of every kind, which resolve names themselves', async () => {
    const proxies = ['socks', 'socksPassword', 'socks4a', 'danted', 'connect', 'connectPassword', 'https'] as const;
    await world({ sites: [bank], proxies, censor: { forward: ['ip daddr 52.58.1.1 drop'] } }, async (at) => {
      const { links } = at;
      for (const link of [
        links.socks,
        links.socksPassword,
        links.socks4a,
        links.danted5,
        links.connect,
        links.connectPassword,
      ]) {
        expect([link, await codeOf(at, 'https://bank.example/', '-x', link)]).toEqual([link, 0]);
      }
      expect(
        await codeOf(at, 'https://bank.example/', '-x', links.https, '--proxy-cacert', `${at.folder}/test-root.pem`),
      ).toBe(0);
      expect(await codeOf(at, 'https://bank.example/', '-x', links.socksWrongPassword)).toBe(97);
      expect(await codeOf(at, 'https://bank.example/', '-x', links.connectWrongPassword)).toBe(56);
      expect(at.queriedNames()).toEqual([]);
      expect(await at.dnsPackets()).toBe(0);
    });
  });

  it('has a VPN link that is used by whoever binds its address', async () => {
    await world({ sites: [bank], vpn: true, censor: { forward: ['ip daddr 52.58.1.1 drop'] } }, async (at) => {
      expect(await codeOf(at, 'https://bank.example/')).toBe(28);
      expect(await codeOf(at, 'https://bank.example/', '--interface', vpn.user)).toBe(0);
      expect(await at.topology.countPackets(at.topology.internet, 'vpn')).toBe(1);
    });
  });

  it('has data centres that accept connections on their ports', async () => {
    await world({ sites: [dataCentre(2, ['149.154.167.51'])] }, async (at) => {
      for (const port of [443, 80, 5222]) {
        const open = await at.asUser('bash', '-c', `: < /dev/tcp/149.154.167.51/${port}`);
        expect([port, open.code]).toEqual([port, 0]);
      }
    });
  });
});
