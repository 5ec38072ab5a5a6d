import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../model/failure.ts';
import { connected, failure, look, page, proxied, shook, told, wellAbroad } from '../../support/a-case.ts';
import {
  all,
  answering,
  cut,
  cutByName,
  dropped,
  frozen,
  mine,
  neighbours,
  refused,
  score,
  silent,
} from '../../support/a-cloud-case.ts';

describe('collateral of a host', () => {
  it('is likely where all neighbours fall silent, and absent where it works', async () => {
    expect((await score(all(dropped))).collateral).toMatchObject({ band: 'likely', otherwise: 'local' });
    const working = await score(all(dropped, { current: answering(mine) }));
    expect(working.scored[0]).toEqual(working.findings[0]);
    expect(working.scored[1]?.collateral).toMatchObject({ band: 'possible', capped: ['mixed-range'] });
  });

  it('is unlikely for a dead host among neighbours that answer', async () => {
    const hosts = all(answering, { current: dropped(mine), controls: [{ failure: failure('proxy', 'timeout') }] });
    expect((await score(hosts)).collateral).toMatchObject({ band: 'unlikely', otherwise: 'down' });
    expect((await score(all(answering, { current: dropped(mine) }))).collateral).toMatchObject({
      band: 'unlikely',
      otherwise: 'address',
    });
  });

  /** What the proxy was asked for. */
  const asked = (failed?: Failure) => ({ ...proxied(failed), requested: mine }) as ReturnType<typeof proxied>;
  it('goes by the very address where the control dialled it too', async () => {
    const dead = look('pinned', asked(failure('proxy', 'proxy-rejected', { code: '4' })));
    const controls = [{ seen: [...wellAbroad, ...dead] }];
    expect((await score(all(dropped, { current: dropped(mine), controls }))).collateral?.evidence).toContain(
      'control-fails',
    );
    const alive = look('pinned', asked(), shook(mine));
    const seen = [{ seen: [...wellAbroad, ...alive] }];
    expect((await score(all(dropped, { current: dropped(mine), controls: seen }))).collateral?.band).toBe('likely');
  });

  it('does not count neighbours that the control does not reach either', async () => {
    const gone = [{ failure: failure('proxy', 'timeout') }];
    const hosts = neighbours.map((address) => ({ address, current: dropped(address), controls: gone }));
    const { collateral } = await score([{ address: mine, current: dropped(mine) }, ...hosts]);
    expect(collateral).toMatchObject({ score: 0.581, band: 'possible' });
    expect(collateral?.evidence).not.toContain('siblings-fail');
  });

  it('never takes names that are cut for a range', async () => {
    const { collateral } = await score(all((address) => cutByName(address, 'passes')));
    expect(collateral).toMatchObject({ band: 'unlikely', otherwise: 'hostname' });
    expect(collateral?.evidence).toEqual([
      'cut-after-hello',
      'control-answers',
      'siblings-answer',
      'baseline-answers',
      'other-name-answers',
    ]);
    // Nobody knows whether another name would pass: then a name that is cut says nothing of its neighbours.
    expect((await score(all((address) => cutByName(address)))).collateral).toMatchObject({
      band: 'unlikely',
      otherwise: 'hostname',
    });
  });

  it('sees that the address answers a neighbour whose name is cut there', async () => {
    const hosts = all((address) => cutByName(address), { current: dropped(mine) });
    expect((await score(hosts)).collateral).toMatchObject({ band: 'unlikely' });
    expect((await score(hosts)).collateral?.evidence).toContain('siblings-answer');
  });

  it('is likely where every name is cut at every address, and where everything freezes', async () => {
    const { collateral } = await score(all((address) => cutByName(address, 'cut')));
    expect(collateral?.evidence).toEqual(expect.arrayContaining(['cut-after-hello', 'other-name-fails']));
    expect(collateral).toMatchObject({ band: 'likely' });
    expect((await score(all(frozen))).collateral).toMatchObject({ band: 'likely' });
    expect((await score(all(frozen))).collateral?.evidence).toContain('stalls-early');
  });

  it('does not take refusals for a range, however many', async () => {
    const { collateral, verdict } = await score(all(refused));
    expect(verdict?.rule).toBe('geo.refused-here');
    expect(collateral).toMatchObject({ band: 'unlikely', otherwise: 'geo' });
    expect(collateral?.evidence).toEqual(['http-refusal', 'control-answers', 'baseline-answers']);
  });
});

describe('what was seen is not enough', () => {
  it('on a connection that does not itself work, behind a tunnel, or with a tool that alters packets', async () => {
    const broken = all(dropped).map((host) => ({ ...host, baselineOk: false }));
    expect((await score(broken)).collateral).toMatchObject({ band: 'insufficient' });
    expect((await score(all(dropped), { captivePortal: true })).collateral).toMatchObject({ band: 'insufficient' });
    expect((await score(all(dropped), { tunnel: { up: true } })).collateral).toMatchObject({
      score: 0.3,
      band: 'insufficient',
    });
    const { scored, findings } = await score(all(dropped), { bypassTools: ['zapret'] });
    expect(scored).toEqual(findings);
  });

  it('where the tries ended differently, or in a way no row knows', async () => {
    const mixed = { failure: silent, seen: [connected(mine, failure('connect', 'refused')), connected(mine, silent)] };
    expect((await score(all(dropped, { current: mixed }))).collateral).toMatchObject({
      band: 'insufficient',
      evidence: ['cause-unclear', 'control-answers', 'baseline-answers'],
    });
    const untrusted = failure('tls', 'cert-untrusted');
    const intercepted = shook(mine, { failure: untrusted, issuer: 'Box', bytes: 900 });
    const opened = { failure: untrusted, seen: [told([mine]), connected(mine), intercepted] };
    expect((await score(all(dropped, { current: opened }))).collateral).toMatchObject({ band: 'insufficient' });
  });

  it('where IPv6 does not work here, or the address was never dialled here', async () => {
    const six = '2a05:d014::1';
    const hosts = [six, '2a05:d014::2', '2a05:d014:1::3', '2a05:d014:2::4'].map((address) => ({
      address,
      current: dropped(address),
    }));
    expect((await score(hosts)).collateral).toMatchObject({ band: 'likely' });
    expect((await score(hosts, { ipv6: 'broken' })).collateral).toMatchObject({ band: 'insufficient' });
    const named = { failure: failure('resolve', 'nxdomain'), seen: [told(failure('resolve', 'nxdomain'))] };
    expect((await score(all(dropped, { current: named }))).collateral).toMatchObject({ band: 'insufficient' });
  });

  it('where IPv6 does not work here and IPv4 fails beside it', async () => {
    const six = ['2a05:d014::1', '2a05:d014::2', '2a05:d014:1::3', '2a05:d014:2::4'];
    const hosts = six.map((address, at) => ({
      address,
      current: { failure: silent, seen: [connected(`52.58.0.${at + 1}`, silent), connected(address, silent)] },
    }));
    expect((await score(hosts)).collateral).toMatchObject({ band: 'likely' });
    const { verdict, collateral } = await score(hosts, { ipv6: 'absent' });
    expect(verdict?.rule).toBe('ip.timeout');
    expect(collateral).toMatchObject({ band: 'insufficient' });
  });

  it('where the server spoke in one try, or froze in one only', async () => {
    const alert = failure('tls', 'tls-alert');
    const first = { ...shook(mine, { failure: cut }), try: 1 as const };
    const spoke = { failure: alert, seen: [connected(mine), first, shook(mine, { failure: alert, bytes: 7 })] };
    const { verdict, collateral } = await score(all((address) => cutByName(address, 'cut'), { current: spoke }));
    expect(verdict?.rule).toBe('tls.server-alert');
    expect(collateral?.evidence[0]).toBe('cause-unclear');
    const stall = failure('http', 'stall');
    const halted = (received: number, at: 1 | 2) => ({
      ...page({ failure: stall, status: 200, received }),
      address: mine,
      try: at,
    });
    const seen = [connected(mine), shook(mine), halted(16_384, 1), halted(400_000, 2)];
    const once = await score(all(frozen, { current: { failure: stall, seen } }));
    expect(once.verdict?.rule).toBe('http.stall');
    expect(once.collateral).toMatchObject({
      band: 'insufficient',
      evidence: expect.arrayContaining(['cause-unclear']),
    });
  });

  it('of an address that connects where a box accepts every connection', async () => {
    const hosts = all((address) => cutByName(address), { current: dropped(mine) });
    expect((await score(hosts, { connectsProveNothing: true })).collateral?.evidence).not.toContain('siblings-answer');
  });

  it('where only one port is filtered, or nothing was compared', async () => {
    const other = look('other-port', connected(mine, undefined, 80));
    const oneport = { failure: silent, seen: [connected(mine, silent), ...other] };
    const { verdict, collateral } = await score(all(dropped, { current: oneport }));
    expect(verdict?.rule).toBe('port.filtered');
    expect(collateral).toMatchObject({ band: 'insufficient' });
    expect((await score([{ address: mine, current: dropped(mine), controls: [] }])).collateral).toMatchObject({
      band: 'insufficient',
    });
  });

  it('to be likely without a control, whatever the neighbours do', async () => {
    const hosts = all(dropped).map((host) => ({ ...host, controls: [] }));
    expect((await score(hosts)).collateral).toMatchObject({ score: 0.75, band: 'possible', capped: ['no-control'] });
  });
});

describe('a host of several addresses', () => {
  it('is scored where it stopped, and not where it was merely led on', async () => {
    const elsewhere = '203.0.113.9';
    const led = { ...page({ status: 302, location: 'https://far.example/' }), address: mine };
    const current = {
      failure: silent,
      seen: [told([mine]), connected(mine), shook(mine), led, connected(elsewhere, silent)],
    };
    const { scored, findings, verdict } = await score(all(dropped, { current }));
    expect(verdict?.verdict).not.toBe('reachable');
    expect(scored[0]).toEqual(findings[0]);
    // And its address answers, so the range does.
    expect(scored[1]?.collateral?.band).toBe('possible');
  });

  it('has no control where the comparison is worth nothing', async () => {
    const shared = { failure: cut, seen: [proxied(), shook(undefined, { failure: cut })] };
    const current = { ...cutByName(mine, 'passes') };
    const { verdict, collateral } = await score(all(dropped, { current, controls: [shared] }));
    expect(verdict?.rule).toBe('control.may-share-filter');
    expect(collateral?.evidence).not.toContain('control-fails');
    expect(collateral?.band).toBe('unlikely');
  });
});

describe('the range', () => {
  it('is the AS where a cloud has no prefix', async () => {
    const byAs = await score(all(dropped), {}, { operator: 'google', asn: 396982, prefix: undefined } as never);
    expect(byAs.collateral).toMatchObject({ band: 'possible', capped: ['range-unknown'] });
  });

  it('is accused only where somebody outside of it answers, if anybody outside is alive', async () => {
    const outside = (current: ReturnType<typeof dropped>, controls = {}) => ({
      address: '198.51.100.7',
      current,
      elsewhere: true,
      ...controls,
    });
    const all3 = all(dropped);
    const silentThere = dropped('198.51.100.7');
    const held = await score([...all3, outside(silentThere)]);
    expect(held.collateral).toMatchObject({ band: 'possible', capped: ['rest-fails'] });
    const answers = await score([...all3, outside(silentThere), outside(answering('198.51.100.7'))]);
    expect(answers.collateral).toMatchObject({ band: 'likely' });
    expect(answers.collateral).not.toHaveProperty('capped');
    // Dead for the control too: it tells nothing of this connection.
    const dead = outside(silentThere, { controls: [{ failure: failure('proxy', 'timeout') }] });
    expect((await score([...all3, dead])).collateral?.band).toBe('likely');
  });

  it('does not reach over to another prefix', async () => {
    const judged = all(dropped);
    const alone = await score(judged.slice(0, 1));
    expect(alone.collateral).toMatchObject({ score: 0.581, band: 'possible' });
  });
});
