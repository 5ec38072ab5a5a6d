import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { webTarget } from './check.ts';
import { requireWorld } from './require-world.ts';
import { dataCentre, site } from './sites.ts';
import { type World, type WorldSpec, world } from './world.ts';

const names = Array.from({ length: 8 }, (_, n) => `site${n}.example`);
const telegram = {
  id: 'dc2',
  name: 'Telegram DC 2',
  group: 'telegram',
  protocol: 'mtproto',
  host: '149.154.167.51',
  port: 443,
};
const targets = [...names.map((name) => webTarget(name)), telegram];
/** Some work, some are dropped, some are cut after their name, one is half answered: every step is under way at some time. */
const spec: WorldSpec = {
  sites: [
    ...names.map((name, n) => site(name, `52.58.4.${n + 1}`, n === 7 ? { https: { bodyBytes: 90_000 } } : {})),
    dataCentre(2, ['149.154.167.51']),
  ],
  proxies: ['socks', 'connect'],
  censor: {
    forward: [
      'ip daddr { 52.58.4.1, 52.58.4.2 } drop',
      'ip saddr 52.58.4.8 ct reply bytes > 18000 drop',
      'ip saddr 149.154.167.51 ip length > 72 drop',
    ],
    tls: [
      { name: 'site3.example', action: 'silence' },
      { name: 'site4.example', action: 'reset' },
    ],
  },
};

/** Connections that something still holds: closed ones may linger in the kernel for a while and belong to nobody. */
async function heldSockets(at: World): Promise<string[]> {
  const { stdout } = await at.asUser('ss', '-tuanH');
  return stdout.split('\n').filter((line) => line !== '' && !/TIME-WAIT|FIN-WAIT|LAST-ACK|CLOSING/.test(line));
}

async function interruptAt(at: World, moment: number): Promise<void> {
  const started = at.startCheck({ targets, routes: ['direct', at.links.socks, at.links.connect] });
  await started.firstWords;
  await sleep(moment);
  const askedAt = performance.now();
  started.signal('SIGINT');
  const check = await started.finished;
  const took = performance.now() - askedAt;
  const where = `interrupted ${Math.round(moment)} ms after its first words: ${check.output}`;
  expect(check.exitCode, where).toBe(3);
  expect(took, where).toBeLessThan(500);
  expect(check.report.partial, where).toBe(true);
  expect(check.report.targets.map(({ id }) => id).sort(), where).toEqual(targets.map(({ id }) => id).sort());
  for (const { verdict, rule } of check.report.verdicts) {
    if (rule === 'run.cancelled' || rule === 'run.skipped') expect(verdict, where).toBe('inconclusive');
  }
  const inside = await at.topology.processes(at.topology.user);
  expect(inside, where).toEqual([]);
  expect(await heldSockets(at), where).toEqual([]);
}

describe.skipIf(!requireWorld())('Ctrl-C', () => {
  it('ends a run at once at any of 14 moments, with a valid partial report and nothing left open', async () => {
    await world(spec, async (at) => {
      for (let n = 0; n < 14; n += 1) await interruptAt(at, n * 200 + Math.random() * 200);
    });
  });

  it('does so at 6 moments while the resolver is dead and getaddrinfo hangs', async () => {
    await world({ ...spec, dns: { silent: ['isp', 'plain'] } }, async (at) => {
      for (let n = 0; n < 6; n += 1) await interruptAt(at, n * 500 + Math.random() * 500);
    });
  });

  it('by SIGTERM is the same', async () => {
    await world(spec, async (at) => {
      const started = at.startCheck({ targets, routes: ['direct', at.links.socks] });
      await started.firstWords;
      await sleep(600);
      started.signal('SIGTERM');
      const check = await started.finished;
      expect([check.exitCode, check.report.partial], check.output).toEqual([3, true]);
    });
  });
});
