import { describe, expect, it } from 'vitest';
import { type Check, type TargetEntry, webTarget } from './check.ts';
import { expectVerdict } from './expect-verdict.ts';
import type { HttpAction } from './middlebox.ts';
import { must } from './processes.ts';
import { requireWorld } from './require-world.ts';
import type { Reply } from './site.ts';
import { type SiteSpec, site } from './sites.ts';
import { checkIn, type World, type WorldSpec, world } from './world.ts';

const forum = site('forum.example', '104.16.7.1');
const blockPage = site('warning.rt.ru', '95.167.13.50', { http: { body: '<title>Ограничен</title>Доступ ограничен' } });
const plain = [webTarget('forum.example', { url: 'http://forum.example/' })];
const secure = [webTarget('forum.example')];
const withControl = (at: World) => ['direct', at.links.socks];

function judge(
  spec: WorldSpec,
  targets: readonly TargetEntry[],
  routes: (at: World) => readonly string[] = withControl,
): Promise<Check> {
  const standard = { sites: [forum, blockPage], proxies: ['socks'] as const };
  return checkIn({ ...standard, ...spec }, (at) => ({ targets, routes: routes(at) }));
}

function answerInstead(action: HttpAction): WorldSpec {
  return { censor: { http: [{ name: 'forum.example', action }] } };
}

const redirect: Reply = { status: 302, headers: { location: 'http://warning.rt.ru/?id=7' } };

describe.skipIf(!requireWorld()).concurrent('a page that a provider answers in place of the site', () => {
  it('by a redirect to its warning is a block page', async () => {
    const check = await judge(answerInstead({ reply: redirect }), plain);
    expectVerdict(check, 'forum.example', {
      verdict: 'blocked',
      mechanism: 'http-blockpage',
      rule: 'http.block-page',
    });
  });

  it('is likely a block page even without a control', async () => {
    const check = await judge(answerInstead({ reply: redirect }), plain, () => ['direct']);
    expectVerdict(check, 'forum.example', {
      verdict: 'likely-blocked',
      mechanism: 'http-blockpage',
      rule: 'http.block-page',
    });
  });

  it('by a body with a mark is a block page', async () => {
    const body = '<html><title>Внимание!</title><a href="http://eais.rkn.gov.ru/">реестр</a></html>';
    const check = await judge(answerInstead({ reply: { body } }), plain);
    expectVerdict(check, 'forum.example', {
      verdict: 'blocked',
      mechanism: 'http-blockpage',
      rule: 'http.block-page',
    });
  });

  it('by a redirect to a page that no list knows yet is one too, because the control stays at home', async () => {
    const notice = site('notice.provider.example', '95.167.13.60');
    const reply: Reply = { status: 302, headers: { location: 'http://notice.provider.example/' } };
    const check = await judge({ sites: [forum, notice], ...answerInstead({ reply }) }, plain);
    expectVerdict(check, 'forum.example', {
      verdict: 'blocked',
      mechanism: 'http-blockpage',
      rule: 'http.foreign-redirect',
    });
  });

  it('by a reset once it has read the request is blocked', async () => {
    const check = await judge(answerInstead('reset'), plain);
    expectVerdict(check, 'forum.example', { verdict: 'blocked', mechanism: 'protocol', rule: 'http.request.reset' });
  });
});

describe.skipIf(!requireWorld()).concurrent('a connection that is let through for a while', () => {
  it('and freezes after 16 KiB is told from a slow server', async () => {
    const big = site('forum.example', '104.16.7.1', { https: { bodyBytes: 100_000 } });
    const censor = { forward: ['ip saddr 104.16.7.1 tcp sport 443 ct reply bytes > 18000 drop'] };
    const check = await judge({ sites: [big], censor }, secure);
    expectVerdict(check, 'forum.example', {
      verdict: 'blocked',
      mechanism: 'freeze',
      rule: 'freeze.after-first-kilobytes',
    });
  });

  it('and pauses after 16 KiB, at the server, is reachable', async () => {
    const https = { bodyBytes: 100_000, pause: { after: 16_000, ms: 3500 } };
    const check = await judge({ sites: [site('forum.example', '104.16.7.1', { https })] }, secure);
    expectVerdict(check, 'forum.example', { verdict: 'reachable', rule: 'reachable.current' });
  });

  it('and is slow because the whole line is, is reachable', async () => {
    const big = site('forum.example', '104.16.7.1', { https: { bodyBytes: 150_000 } });
    await world({ sites: [big], proxies: ['socks'] }, async (at) => {
      const shape = [
        'tc',
        'qdisc',
        'add',
        'dev',
        'user0',
        'root',
        'tbf',
        'rate',
        '400kbit',
        'burst',
        '4kb',
        'latency',
        '400ms',
      ];
      await must('ip', ['netns', 'exec', at.topology.isp, ...shape]);
      const check = await at.check({ targets: secure, routes: withControl(at) });
      expectVerdict(check, 'forum.example', { verdict: 'reachable', rule: 'reachable.current' });
      // Two copies of 150 kB at 50 kB/s: without the shaping this would be over in a moment.
      expect(check.ms).toBeGreaterThan(5000);
    });
  });

  it('and stalls for everyone is not blocked', async () => {
    const stuck = site('forum.example', '104.16.7.1', { https: { bodyBytes: 18_000, neverEnds: true } });
    const check = await judge({ sites: [stuck] }, secure);
    expectVerdict(check, 'forum.example', { verdict: 'down', rule: 'down.everywhere' });
    expect(check.result('forum.example', 'direct').failure).toMatchObject({ step: 'http', kind: 'stall' });
  });
});

describe.skipIf(!requireWorld()).concurrent('what must not be called a block page', () => {
  const seenEverywhere = (https: Reply) => judge({ sites: [{ ...forum, https }] }, secure);

  it('is a bot check', async () => {
    const body = '<title>Please Wait... | Cloudflare</title>Checking your browser';
    const check = await seenEverywhere({ status: 403, headers: { server: 'cloudflare' }, body });
    expectVerdict(check, 'forum.example', { verdict: 'reachable', rule: 'reachable.server-answered' });
  });

  it('is a plain refusal by the server', async () => {
    const check = await seenEverywhere({ status: 403, body: '<title>Access Denied</title>' });
    expectVerdict(check, 'forum.example', { verdict: 'reachable', rule: 'reachable.server-answered' });
  });

  it('is 451 from the server itself', async () => {
    const check = await seenEverywhere({ status: 451, body: 'Unavailable For Legal Reasons' });
    expectVerdict(check, 'forum.example', { verdict: 'reachable', rule: 'reachable.server-answered' });
  });

  it('is a service that refuses this country over valid TLS: that is geo-restricted', async () => {
    const choosy = site('forum.example', '104.16.7.1', { refuseUser: 403 });
    const check = await judge({ sites: [choosy] }, secure);
    expectVerdict(check, 'forum.example', { verdict: 'geo-restricted', rule: 'geo.refused-here' });
    expect(check.verdict('forum.example').workingRoutes).toHaveLength(1);
  });

  it('is a server that is busy only for us', async () => {
    const busy = site('forum.example', '104.16.7.1', { refuseUser: 503 });
    const check = await judge({ sites: [busy] }, secure);
    expectVerdict(check, 'forum.example', { verdict: 'impaired', rule: 'http.server-error' });
  });

  it('is a redirect by the site itself over TLS to another domain', async () => {
    const moved: SiteSpec = { ...forum, https: { status: 301, headers: { location: 'https://elsewhere.example/' } } };
    const check = await judge({ sites: [moved, site('elsewhere.example', '151.101.1.70')] }, secure);
    expectVerdict(check, 'forum.example', { verdict: 'reachable', rule: 'reachable.current' });
  });
});
