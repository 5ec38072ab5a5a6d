import { describe, expect, it } from 'vitest';
import { type Check, webTarget } from './check.ts';
import { expectVerdict } from './expect-verdict.ts';
import { requireWorld } from './require-world.ts';
import { site } from './sites.ts';
import { checkIn, type World, type WorldSpec } from './world.ts';

const news = site('news.example', '104.16.5.1');
const target = webTarget('news.example');
/** A block page as providers in Russia host it, at one of their own addresses. */
const blockPage = site('warning.rt.ru', '188.186.154.79', {
  http: { body: '<title>Blocked</title>See eais.rkn.gov.ru' },
});
/** A server that has nothing to do with the name: Facebook's network, a certificate of its own. */
const stranger = site('stranger.example', '31.13.94.37');

const withControl = (at: World) => ['direct', at.links.socks];
const alone = () => ['direct'];

function judge(spec: WorldSpec, routes: (at: World) => readonly string[] = withControl): Promise<Check> {
  const standard = { sites: [news, blockPage, stranger], proxies: ['socks'] as const };
  return checkIn({ ...standard, ...spec }, (at) => ({ targets: [target], routes: routes(at) }));
}

describe.skipIf(!requireWorld()).concurrent('a resolver that lies', () => {
  it('with the address of a block page is found out', async () => {
    const spec: WorldSpec = { dns: { isp: { 'news.example': ['188.186.154.79'] } } };
    const check = await judge(spec);
    expectVerdict(check, 'news.example', { verdict: 'blocked', mechanism: 'dns', rule: 'dns.stub' });
    expect(check.verdict('news.example').next).toContain('change-resolver');
  });

  it('for every resolver one may ask over UDP is found out by DoH', async () => {
    const spec: WorldSpec = { dns: { isp: { 'news.example': ['188.186.154.79'] } }, censor: { interceptDns: true } };
    const check = await judge(spec);
    expectVerdict(check, 'news.example', { verdict: 'blocked', mechanism: 'dns', rule: 'dns.stub' });
    const says = check.verdict('news.example').evidence.map((item) => item.says);
    expect(says).toContain('comparator-lies-too');
  });

  it('that the name does not exist is found out', async () => {
    const check = await judge({ dns: { isp: { 'news.example': 'nxdomain' } } });
    expectVerdict(check, 'news.example', { verdict: 'blocked', mechanism: 'dns', rule: 'dns.nxdomain' });
  });

  it('with a private address is found out', async () => {
    const check = await judge({ dns: { isp: { 'news.example': ['10.1.2.3'] } } });
    expectVerdict(check, 'news.example', { verdict: 'blocked', mechanism: 'dns', rule: 'dns.bogon' });
  });

  it('with a stranger who has no certificate for the name is found out', async () => {
    const check = await judge({ dns: { isp: { 'news.example': ['31.13.94.37'] } } });
    expectVerdict(check, 'news.example', { verdict: 'blocked', mechanism: 'dns', rule: 'dns.answer-differs' });
  });

  it('by being faster than the true answer is found out', async () => {
    const spec: WorldSpec = {
      dns: { isp: { 'news.example': ['31.13.94.37'] } },
      censor: { injectDns: { 'news.example': '31.13.94.37' } },
    };
    const check = await judge(spec);
    expectVerdict(check, 'news.example', { verdict: 'blocked', mechanism: 'dns', rule: 'dns.answer-differs' });
    expect(check.verdict('news.example').evidence.map((item) => item.says)).toContain('two-answers');
    const plain = check
      .result('news.example', 'direct')
      .observations.find((item) => item.step === 'resolve' && item.resolver === 'udp');
    expect(plain).toMatchObject({
      answers: [{ address: '31.13.94.37' }],
      laterAnswers: [[expect.objectContaining({ address: '104.16.5.1' })]],
    });
  });

  it('is likely to block even without a control, when DoH leads to the true site', async () => {
    const check = await judge({ dns: { isp: { 'news.example': ['31.13.94.37'] } } }, alone);
    expectVerdict(check, 'news.example', { verdict: 'likely-blocked', mechanism: 'dns', rule: 'dns.answer-differs' });
  });
});

describe.skipIf(!requireWorld()).concurrent('what must not be called a lie', () => {
  it('is another address of a CDN, in another network, with a valid certificate', async () => {
    const cdn = site('news.example', ['104.16.5.1', '151.101.1.69']);
    const dns = {
      isp: { 'news.example': ['151.101.1.69'] },
      plain: { 'news.example': ['104.16.5.1'] },
      doh: { 'news.example': ['104.16.5.1'] },
    };
    const check = await judge({ sites: [cdn], dns });
    expectVerdict(check, 'news.example', { verdict: 'reachable', rule: 'reachable.current' });
  });

  it('is another address of a CDN, even where that address is cut off', async () => {
    const cdn = site('news.example', ['104.16.5.1', '151.101.1.69']);
    const dns = {
      isp: { 'news.example': ['151.101.1.69'] },
      plain: { 'news.example': ['104.16.5.1'] },
      doh: { 'news.example': ['104.16.5.1'] },
    };
    const check = await judge({ sites: [cdn], dns, censor: { forward: ['ip daddr 151.101.1.69 drop'] } });
    const { mechanism } = check.verdict('news.example');
    expect(mechanism, check.explain('news.example')).toBe('ip');
  });

  it('is an address made by NAT64', async () => {
    // 64:ff9b:: and 104.16.5.1 (RFC 6052), as a network without IPv4 of its own hands it out.
    const mapped = '64:ff9b::6810:501';
    const dual = site('news.example', ['104.16.5.1', mapped]);
    const dns = {
      isp: { 'news.example': [mapped] },
      plain: { 'news.example': ['104.16.5.1'] },
      doh: { 'news.example': ['104.16.5.1'] },
    };
    const check = await judge({ sites: [dual], dns });
    expectVerdict(check, 'news.example', { verdict: 'reachable', rule: 'reachable.current' });
  });

  it.for(['0.0.0.0', '127.0.0.1', '::'])('is %s from an ad blocker', async (nowhere) => {
    const check = await judge({ dns: { isp: { 'news.example': [nowhere] } } });
    expectVerdict(check, 'news.example', { verdict: 'inconclusive', rule: 'dns.local-filter' });
    expect(check.verdict('news.example').next).toContain('check-dns-filter');
  });

  it('is a made-up address of a tunnel on this machine that leads to the true site', async () => {
    // 198.18.0.0/15 (RFC 2544) is what such tunnels hand out; here the address is simply the site's second one.
    const tunnelled = site('news.example', ['104.16.5.1', '198.18.0.9']);
    const truth = { 'news.example': ['104.16.5.1'] };
    const check = await judge({
      sites: [tunnelled],
      dns: { isp: { 'news.example': ['198.18.0.9'] }, plain: truth, doh: truth },
    });
    expectVerdict(check, 'news.example', { verdict: 'reachable', rule: 'reachable.current' });
    expect(check.report.environment.tunnel).toMatchObject({ up: true, sign: 'fake-ip' });
  });

  it('is a name that exists nowhere', async () => {
    const check = await judge({ sites: [] });
    expectVerdict(check, 'news.example', { verdict: 'down', rule: 'down.everywhere' });
  });

  it('is a resolver that answers nobody, for any name', async () => {
    const spec: WorldSpec = {
      dns: { silent: ['isp', 'plain'] },
      censor: { forward: ['ip daddr { 1.1.1.1, 1.0.0.1, 8.8.8.8, 8.8.4.4, 9.9.9.9, 149.112.112.112 } drop'] },
    };
    const check = await judge(spec);
    expectVerdict(check, 'news.example', { verdict: 'inconclusive', rule: 'gate.baseline-dead' });
    expect(check.report.routes[0]?.baseline.ok).toBe(false);
  });

  it('is DoH that is cut off while the system resolver tells the truth', async () => {
    const spec: WorldSpec = {
      censor: {
        forward: [
          'ip daddr { 1.1.1.1, 1.0.0.1, 8.8.4.4, 9.9.9.9, 149.112.112.112 } drop',
          'ip daddr 8.8.8.8 tcp dport 443 drop',
          'meta nfproto ipv6 drop',
        ],
      },
    };
    const check = await judge(spec);
    expectVerdict(check, 'news.example', { verdict: 'reachable', rule: 'reachable.current' });
  });
});
