import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CloudFinding } from '../../model/cloud.ts';
import { type Check, webTarget } from './check.ts';
import { requireWorld } from './require-world.ts';
import { type SiteSpec, site } from './sites.ts';
import { type World, type WorldSpec, world } from './world.ts';

/** Rows as Amazon writes them: each prefix of EC2 once more under AMAZON, and a larger one around two of them. */
const prefixes = [
  ['52.58.0.0/15', 'eu-central-1', 'AMAZON'],
  ['52.58.0.0/18', 'eu-central-1', 'AMAZON'],
  ['52.58.0.0/18', 'eu-central-1', 'EC2'],
  ['52.58.64.0/18', 'eu-central-1', 'EC2'],
  ['18.196.0.0/16', 'eu-central-1', 'AMAZON'],
  ['18.196.0.0/16', 'eu-central-1', 'EC2'],
  ['35.158.0.0/16', 'eu-central-1', 'EC2'],
  ['34.240.0.0/13', 'eu-west-1', 'EC2'],
] as const;
const ipRanges = {
  syncToken: '1787433425',
  createDate: '2026-08-22-21-17-05',
  prefixes: prefixes.map(([ip_prefix, region, service]) => ({
    ip_prefix,
    region,
    service,
    network_border_group: region,
  })),
  ipv6_prefixes: [],
};

const dropped = ['52.58.0.0/18', '18.196.0.0/16'];
/** Of nine owners, each in a /24 of its own. */
const inside = {
  'shop.example': '52.58.1.10',
  'bank.test': '52.58.7.20',
  'wallet.invalid': '52.58.19.30',
  'games.com': '52.58.44.40',
  'parcels.net': '52.58.63.50',
  'tickets.org': '18.196.0.60',
  'school.info': '18.196.77.70',
  'clinic.dev': '18.196.128.80',
  'radio.app': '18.196.255.90',
};
/** Right beside a dropped prefix, in another region, and on no cloud at all. */
const outside = {
  'maps.example.org': '52.58.64.10',
  'mail.test.org': '52.58.100.20',
  'news.invalid.org': '35.158.3.30',
  'taxi.com.tr': '35.158.200.40',
  'books.co.uk': '34.240.9.50',
  'forum.de': '185.15.58.60',
};
/** Nobody answers there, whoever asks; its neighbours in the prefix do. */
const dead = { 'gone.fr': '35.158.90.99' };
const addresses = { ...inside, ...outside, ...dead };
const names = Object.keys(addresses);

const sites: SiteSpec[] = Object.entries({ ...inside, ...outside }).map(([name, address]) => site(name, address));
const deadZone = { 'gone.fr': [dead['gone.fr']] };
const spec: WorldSpec = {
  sites,
  dns: { isp: deadZone, plain: deadZone, doh: deadZone },
  proxies: ['socks'],
  censor: { forward: dropped.map((prefix) => `ip daddr ${prefix} drop`) },
};

function checkAll(routes: (at: World) => readonly string[]): Promise<Check> {
  return world(spec, (at) => {
    const list = join(at.folder, 'ip-ranges.json');
    writeFileSync(list, JSON.stringify(ipRanges));
    const targets = names.map((name) => webTarget(name));
    // Dropped packets need no more than this to be told: nothing here is further than a millisecond away.
    return at.check({ targets, routes: routes(at), args: ['--ranges', list, '--connect-timeout', '1500'] });
  });
}

const bandsOf = ({ report }: Check) =>
  Object.fromEntries(report.cloud.map(({ targetId, collateral }) => [targetId, collateral?.band ?? 'none']));
const findingOf = ({ report }: Check, name: string): CloudFinding => {
  const finding = report.cloud.find(({ targetId }) => targetId === name);
  if (!finding) throw new Error(`nothing is said of ${name}`);
  return finding;
};

describe.skipIf(!requireWorld()).concurrent('two whole prefixes that are dropped', () => {
  it('make each of the nine hosts in them likely hit, and nobody else', async () => {
    const check = await checkAll((at) => ['direct', at.links.socks]);
    expect(check.exitCode, check.output).toBe(0);
    expect(check.report.partial).toBe(false);
    expect(check.report.ranges).toMatchObject({ source: 'file', rows: prefixes.length });
    const onAmazon = names.filter((name) => name !== 'forum.de');
    const expected = onAmazon.map((name) => {
      const band = name in inside ? 'likely' : name in dead ? 'unlikely' : 'none';
      return [name, band];
    });
    expect(bandsOf(check), names.map(check.explain).join('\n')).toEqual(Object.fromEntries(expected));
  });

  it('are told by prefix, with the evidence and the strongest other explanation', async () => {
    const check = await checkAll((at) => ['direct', at.links.socks]);
    for (const [name, address] of Object.entries(inside)) {
      const finding = findingOf(check, name);
      const prefix = address.startsWith('52.') ? dropped[0] : dropped[1];
      expect(finding).toMatchObject({ address, operator: 'aws', prefix, region: 'eu-central-1', service: 'EC2' });
      expect(finding.collateral?.score, check.explain(name)).toBeGreaterThanOrEqual(0.85);
      expect(finding.collateral?.evidence).toEqual([
        'connects-time-out',
        'control-answers',
        'siblings-fail',
        'baseline-answers',
      ]);
      expect(finding.collateral).not.toHaveProperty('capped');
      expect(finding.collateral?.otherwise).not.toBe('');
      expect(check.verdict(name)).toMatchObject({ verdict: 'blocked', mechanism: 'ip' });
    }
    for (const name of Object.keys(outside)) {
      expect(check.verdict(name), check.explain(name)).toMatchObject({ verdict: 'reachable' });
    }
    expect(check.verdict('gone.fr')).toMatchObject({ verdict: 'down' });
    expect(findingOf(check, 'gone.fr').collateral).toMatchObject({
      evidence: expect.arrayContaining(['control-fails', 'siblings-answer']),
      otherwise: 'down',
    });
    // The person at the terminal reads the same.
    expect(check.output.match(/collateral damage likely/g)).toHaveLength(9);
  });

  it('are called likely by nobody who has nothing to compare with', async () => {
    const check = await checkAll(() => ['direct']);
    const bands = bandsOf(check);
    for (const name of names) expect(bands[name] ?? 'none', check.explain(name)).not.toBe('likely');
    for (const name of Object.keys(outside)) expect(bands[name] ?? 'none').toBe('none');
  });
});
