import { describe, expect, it } from 'vitest';
import services from '../../data/services.json' with { type: 'json' };
import telegram from '../../data/telegram.json' with { type: 'json' };
import { expectSchema } from '../../model/target.ts';
import { webTarget } from './check.ts';
import { expectVerdict } from './expect-verdict.ts';
import { requireWorld } from './require-world.ts';
import type { Reply } from './site.ts';
import { dataCentre, type SiteSpec, site } from './sites.ts';
import { checkIn } from './world.ts';

type Service = (typeof services.services)[number];

/** The answer the service's own entry expects. */
function replyOf({ name, expect: wanted }: Service): Reply {
  const { status, bodyIncludes } = expectSchema.parse(wanted ?? {});
  return { status: status?.[0] ?? 200, body: bodyIncludes ?? `<title>${name}</title>` };
}

/**
 * Everything the quick profile tests, alive and well: a site for each service and each data centre. Each site has a /24 of
 * its own, because connections to one are limited to two at a time.
 */
function everything(): { readonly sites: SiteSpec[]; readonly addresses: string[] } {
  const quick = services.services.filter(({ id, group }) => group === 'telegram' || services.quick.includes(id));
  const sites = quick.map((service, n) => {
    const { hostname } = new URL(service.url);
    return site(hostname, `52.58.${n + 10}.1`, { https: replyOf(service) });
  });
  const webSockets = telegram.websockets.map(({ url, dc }, n) =>
    site(new URL(url).hostname, `18.194.${n + 10}.1`, { telegramWeb: dc }),
  );
  const centres = telegram.dataCentres.map(({ dc, addresses }) =>
    dataCentre(
      dc,
      addresses.map(({ address }) => address),
    ),
  );
  const all = [...sites, ...webSockets, ...centres];
  return { sites: all, addresses: all.flatMap((one) => one.addresses).filter((address) => !address.includes(':')) };
}

describe.skipIf(!requireWorld())('the quick profile', () => {
  it('finds everything blocked within fifteen seconds when everything is', async () => {
    const { sites, addresses } = everything();
    const forward = [
      `ip daddr { ${addresses.join(', ')} } drop`,
      'ip6 daddr 2001::/16 tcp dport { 80, 443, 5222 } drop',
      'ip6 daddr 2a0a::/16 drop',
    ];
    const check = await checkIn({ sites, proxies: ['socks'], censor: { forward } }, (at) => ({
      routes: ['direct', at.links.socks],
      args: ['--profile', 'quick'],
    }));
    const { verdicts, targets } = check.report;
    expect(verdicts).toHaveLength(targets.length);
    expect(targets.length).toBeGreaterThan(20);
    const others = verdicts.filter(({ verdict, rule }) => !(verdict === 'blocked' && rule === 'ip.timeout'));
    expect(others.map(({ targetId }) => check.explain(targetId))).toEqual([]);
    expect(check.ms).toBeLessThan(15_000);
  });

  it('finds nothing wrong when nothing is', async () => {
    const check = await checkIn({ sites: everything().sites, proxies: ['socks'] }, (at) => ({
      routes: ['direct', at.links.socks],
      args: ['--profile', 'quick'],
    }));
    const others = check.report.verdicts.filter(({ verdict }) => verdict !== 'reachable');
    expect(others.map(({ targetId }) => check.explain(targetId))).toEqual([]);
  });
});

describe.skipIf(!requireWorld()).concurrent('a filter on all that is foreign', () => {
  const foreign = ['one.example', 'two.example', 'three.example', 'four.example'];
  const sites = [
    ...foreign.map((name, n) => site(name, `104.16.11.${n + 1}`)),
    site('bank.ru.example', '95.167.13.70'),
  ];
  const targets = [...foreign.map((name) => webTarget(name)), webTarget('bank.ru.example', { home: 'ru' })];
  const neutral = ['cp.cloudflare.com', 'www.google.com', 'captive.apple.com', 'www.msftconnecttest.com'];

  it('that cuts every foreign name after its ClientHello is a whitelist', async () => {
    const censor = {
      tls: [...foreign, ...neutral].map((name) => ({ name, action: 'silence' as const })),
      http: neutral.map((name) => ({ name, action: 'silence' as const })),
    };
    const check = await checkIn({ sites, proxies: ['socks'], censor }, (at) => ({
      targets,
      routes: ['direct', at.links.socks],
    }));
    for (const name of foreign) {
      expectVerdict(check, name, { verdict: 'blocked', mechanism: 'whitelist', rule: 'whitelist.foreign-after-hello' });
    }
    expectVerdict(check, 'bank.ru.example', { verdict: 'reachable', rule: 'reachable.current' });
  });
});
