import { describe, expect, it } from 'vitest';
import { type Check, type TargetEntry, webTarget } from './check.ts';
import { expectVerdict } from './expect-verdict.ts';
import { requireWorld } from './require-world.ts';
import { dataCentre, site } from './sites.ts';
import { checkIn, type World, type WorldSpec } from './world.ts';

/** Twelve addresses of data centre 2, all in Telegram's own ranges. */
const addresses = Array.from({ length: 12 }, (_, n) => (n === 0 ? '149.154.167.51' : `149.154.167.${60 + n}`));
const [firstAddress = ''] = addresses;
const all = `{ ${addresses.join(', ')} }`;
const id = 'dc2';
const withControl = (at: World) => ['direct', at.links.socks];

function target(port = 443): TargetEntry {
  return { id, name: 'Telegram DC 2', group: 'telegram', protocol: 'mtproto', host: firstAddress, port, addresses };
}

function judge(
  forward: readonly string[],
  routes: (at: World) => readonly string[] = withControl,
  more: Partial<WorldSpec> = {},
): Promise<Check> {
  const spec = { sites: [dataCentre(2, addresses)], proxies: ['socks'] as const, censor: { forward }, ...more };
  return checkIn(spec, (at) => ({ targets: [target()], routes: routes(at) }));
}

/** What Telegram's clients and servers send after the handshake has a payload; a bare acknowledgement is 60 bytes at most. */
const payload = 'ip length > 72';

describe.skipIf(!requireWorld()).concurrent('a data centre', () => {
  it('is reachable when its endpoints return our own nonce', async () => {
    const check = await judge([]);
    expectVerdict(check, id, { verdict: 'reachable', rule: 'reachable.endpoints' });
    const { observations, endpoints } = check.result(id, 'direct');
    expect(endpoints).toEqual({ tried: 12, ok: 12, failed: 0, skipped: 0 });
    const exchange = observations.find((item) => item.step === 'mtproto');
    expect(exchange).toMatchObject({ stage: 'resPQ', transport: 'obfuscated-padded', production: true });
  });

  it('of which one endpoint in twelve answers is impaired, with the count', async () => {
    const check = await judge([`ip daddr { ${addresses.slice(1).join(', ')} } drop`]);
    expectVerdict(check, id, { verdict: 'impaired', rule: 'mtproto.some-endpoints' });
    expect(check.result(id, 'direct').endpoints).toEqual({ tried: 12, ok: 1, failed: 11, skipped: 0 });
  });

  it('of which eleven endpoints in twelve answer is reachable', async () => {
    const check = await judge([`ip daddr ${firstAddress} drop`]);
    expectVerdict(check, id, { verdict: 'reachable', rule: 'reachable.endpoints' });
    expect(check.result(id, 'direct').endpoints).toMatchObject({ ok: 11, failed: 1 });
  });

  it('whose replies are swallowed is blocked by protocol, and no endpoint starves', async () => {
    const check = await judge([`ip saddr ${all} ${payload} drop`]);
    expectVerdict(check, id, { verdict: 'blocked', mechanism: 'protocol', rule: 'mtproto.swallowed' });
    const { observations, endpoints } = check.result(id, 'direct');
    expect(endpoints).toEqual({ tried: 12, ok: 0, failed: 12, skipped: 0 });
    const tried = observations.flatMap((item) =>
      item.step === 'mtproto' && item.purpose === 'main' ? [item.address] : [],
    );
    expect(new Set(tried)).toEqual(new Set(addresses));
  });

  it('whose obfuscated stream alone is swallowed is told from a dead one', async () => {
    // A plain abridged stream begins with ef; an obfuscated one never does, and is cut from its first packet on.
    const check = await judge([
      `ip daddr ${all} ct mark 7 ${payload} drop`,
      `ip daddr ${all} ${payload} ct original packets < 4 @ih,0,8 != 0xef ct mark set 7 drop`,
    ]);
    expectVerdict(check, id, { verdict: 'blocked', mechanism: 'protocol', rule: 'mtproto.obfuscated-dropped' });
  });

  it('whose obfuscated stream alone is swallowed is likely blocked even without a control', async () => {
    const forward = [
      `ip daddr ${all} ct mark 7 ${payload} drop`,
      `ip daddr ${all} ${payload} ct original packets < 4 @ih,0,8 != 0xef ct mark set 7 drop`,
    ];
    const check = await judge(forward, () => ['direct']);
    expectVerdict(check, id, { verdict: 'likely-blocked', mechanism: 'protocol', rule: 'mtproto.obfuscated-dropped' });
  });

  it('impersonated on port 80 by a portal is not Telegram', async () => {
    const portal = { status: 302, headers: { location: 'http://portal.example/' }, body: 'sign in' };
    const check = await checkIn(
      {
        sites: [dataCentre(2, addresses), site('portal.example', '95.167.13.61')],
        proxies: ['socks'],
        censor: { http: [{ name: '*', action: { reply: portal } }] },
      },
      (at) => ({ targets: [target(80)], routes: withControl(at) }),
    );
    expect(['reachable', 'impaired'], check.explain(id)).not.toContain(check.verdict(id).verdict);
    expect(check.result(id, 'direct')).toMatchObject({ state: 'failed', endpoints: { ok: 0 } });
    const answers = check.result(id, 'direct').observations.filter((item) => item.step === 'mtproto');
    expect(answers, check.explain(id)).toContainEqual(
      expect.objectContaining({ failure: expect.objectContaining({ kind: 'not-this-service' }) }),
    );
  });

  it('that is dead for everyone is down', async () => {
    const check = await judge([], withControl, { sites: [] });
    expectVerdict(check, id, { verdict: 'down', rule: 'down.everywhere' });
  });

  it('does not hide that the web site is fine while the protocol is cut', async () => {
    const spec: WorldSpec = {
      sites: [dataCentre(2, addresses), site('web.telegram.org', '149.154.167.99')],
      proxies: ['socks'],
      censor: { forward: [`ip saddr ${all} ${payload} drop`] },
    };
    const check = await checkIn(spec, (at) => ({
      targets: [target(), webTarget('web.telegram.org')],
      routes: withControl(at),
    }));
    expectVerdict(check, id, { verdict: 'blocked', mechanism: 'protocol', rule: 'mtproto.swallowed' });
    expectVerdict(check, 'web.telegram.org', { verdict: 'reachable', rule: 'reachable.current' });
  });
});

// By itself: its time is part of what it proves.
describe.skipIf(!requireWorld())('a data centre', () => {
  it('whose addresses are all dropped is blocked by address, told within twelve seconds', async () => {
    const check = await judge([`ip daddr ${all} drop`]);
    expectVerdict(check, id, { verdict: 'blocked', mechanism: 'ip', rule: 'ip.timeout' });
    expect(check.result(id, 'direct')).toMatchObject({
      failure: { step: 'connect', kind: 'timeout' },
      endpoints: { tried: 12, ok: 0, failed: 12, skipped: 0 },
    });
    expect(check.ms).toBeLessThan(12_000);
  });
});
