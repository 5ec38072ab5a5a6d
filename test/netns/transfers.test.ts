import { describe, expect, it } from 'vitest';
import type { ObservationOf } from '../../model/observation.ts';
import { type Check, webTarget } from './check.ts';
import { expectVerdict } from './expect-verdict.ts';
import { requireWorld } from './require-world.ts';
import { site } from './sites.ts';
import { checkIn } from './world.ts';

const https = { bodyBytes: 262_144 };
const forum = site('forum.example', '104.16.7.1');
/** What the forum has to download lives elsewhere, so that a rule can spare its pages. */
const files = site('files.forum.example', '104.16.9.9', { https });
/** The neutral objects that are built in, at addresses of their operators. */
const neutral = [
  site('speed.cloudflare.com', '104.16.123.96', { https }),
  site('mensura.cdn-apple.com', '17.253.39.210', { https }),
];
const download = { transfer: 'https://files.forum.example/big' };
const upload = { upload: 'https://files.forum.example/in' };

function checkWith(
  forward: readonly string[] = [],
  timed: Readonly<Record<string, string>> = download,
): Promise<Check> {
  return checkIn({ sites: [forum, files, ...neutral], proxies: ['socks'], censor: { forward } }, (at) => ({
    targets: [webTarget('forum.example', timed)],
    routes: ['direct', at.links.socks],
    args: ['--profile', 'deep'],
  }));
}

function transfers(check: Check): readonly ObservationOf<'transfer'>[] {
  return check
    .result('forum.example', 'direct')
    .observations.filter((item): item is ObservationOf<'transfer'> => item.step === 'transfer');
}

/** Lets through 60 kB a second of what an address sends, or is sent, and drops the rest, as a policer does. */
const police = (address: string) =>
  `ip saddr ${address} tcp sport 443 limit rate over 60 kbytes/second burst 16 kbytes drop`;
const policeUp = (address: string) =>
  `ip daddr ${address} tcp dport 443 limit rate over 60 kbytes/second burst 16 kbytes drop`;

describe.skipIf(!requireWorld()).concurrent('downloads of the deep profile', () => {
  it('that run are timed once', async () => {
    const check = await checkWith();
    expectVerdict(check, 'forum.example', { verdict: 'reachable', rule: 'reachable.current' });
    expect(transfers(check)).toMatchObject([{ direction: 'down', try: 1, bytes: 262_144 }]);
  });

  it('that a policer slows down are throttled, told by the ratio to the control', async () => {
    const check = await checkWith([police('104.16.9.9')]);
    expectVerdict(check, 'forum.example', {
      verdict: 'impaired',
      mechanism: 'throttling',
      rule: 'throttling.goodput-ratio',
    });
    const { evidence } = check.verdict('forum.example');
    const ratios = evidence.filter(({ says }) => says === 'slower-than-control').map(({ ratio = 1 }) => ratio);
    expect(ratios).toHaveLength(2);
    expect(Math.max(...ratios)).toBeLessThan(0.1);
  });

  it('that are slow like everything else accuse nobody', async () => {
    const check = await checkWith(['104.16.9.9', '104.16.123.96', '17.253.39.210'].map(police));
    expectVerdict(check, 'forum.example', { verdict: 'reachable', rule: 'reachable.current' });
    expect(transfers(check).map((item) => item.try)).toEqual([1, 2]);
  });

  it('that stop after the first kilobytes are a freeze, with the place, though the pages pass', async () => {
    const check = await checkWith(['ip saddr 104.16.9.9 tcp sport 443 ct reply bytes > 24000 drop']);
    expectVerdict(check, 'forum.example', {
      verdict: 'impaired',
      mechanism: 'freeze',
      rule: 'freeze.after-first-kilobytes',
    });
    for (const { receivedBytes = 0, failure } of transfers(check)) {
      expect(receivedBytes).toBeGreaterThan(10 * 1024);
      expect(receivedBytes).toBeLessThan(24_000);
      expect(failure).toMatchObject({ step: 'transfer' });
    }
  });

  it('are measured by the next neutral object where the first is filtered too', async () => {
    const cut = 'ip saddr { 104.16.9.9, 104.16.123.96 } tcp sport 443 ct reply bytes > 24000 drop';
    const check = await checkWith([cut]);
    expectVerdict(check, 'forum.example', {
      verdict: 'impaired',
      mechanism: 'freeze',
      rule: 'freeze.after-first-kilobytes',
    });
  });
});

describe.skipIf(!requireWorld()).concurrent('uploads of the deep profile', () => {
  it('that run are timed once', async () => {
    const check = await checkWith([], upload);
    expectVerdict(check, 'forum.example', { verdict: 'reachable', rule: 'reachable.current' });
    expect(transfers(check)).toMatchObject([{ direction: 'up', try: 1, bytes: 262_144, status: 204 }]);
  });

  it('that a policer slows down are throttled', async () => {
    const check = await checkWith([policeUp('104.16.9.9')], upload);
    expectVerdict(check, 'forum.example', {
      verdict: 'impaired',
      mechanism: 'throttling',
      rule: 'throttling.goodput-ratio',
    });
  });

  it('that are slow like everything else accuse nobody', async () => {
    const check = await checkWith(['104.16.9.9', '104.16.123.96', '17.253.39.210'].map(policeUp), upload);
    expectVerdict(check, 'forum.example', { verdict: 'reachable', rule: 'reachable.current' });
  });

  it('that stop are a stall', async () => {
    const check = await checkWith(['ip daddr 104.16.9.9 tcp dport 443 ct original bytes > 40000 drop'], upload);
    expectVerdict(check, 'forum.example', { verdict: 'impaired', rule: 'http.stall' });
  });
});
