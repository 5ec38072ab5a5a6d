import { describe, expect, it } from 'vitest';
import { routesForRun } from '../../../app/settings/routes-for-run.ts';
import type { Answer } from '../../../model/contract.ts';
import type { RouteForm, RoutesView } from '../../../model/route-view.ts';
import { allTextIn } from '../../support/a-data-folder.ts';
import { aHost, given } from '../../support/a-host-context.ts';
import { sealedBox } from '../../support/sealed-box.ts';

const password = 'c4nary pass:word@1';
const mtSecret = 'dd00112233445566778899aabbccddeeff';

const socks: RouteForm = {
  kind: 'socks5h',
  label: 'Berlin',
  host: 'proxy.example',
  port: '1080',
  username: 'ann',
  password,
};
const mtproxy: RouteForm = { kind: 'mtproxy', label: 'MT', host: '192.0.2.7', port: '443', secret: mtSecret };

const idsOf = (answer: Answer<RoutesView>) => given(answer).routes.map(({ id }) => id);

describe('the list of routes', () => {
  it('begins with the current connection alone, which nothing can change', async () => {
    const { calls } = await aHost();
    const view = given(await calls.readRoutes(undefined));
    expect(view.routes).toEqual([
      {
        id: 'direct',
        kind: 'direct',
        label: 'Current connection',
        endpoint: null,
        hasSecret: false,
        secretLost: false,
        enabled: true,
        forTelegram: false,
        latencies: [],
      },
    ]);
    expect(view.interfaces).toEqual([{ name: 'tun0', address: '10.8.0.2' }]);
    const fixed = { ok: false, problems: [{ code: 'route-fixed' }] };
    expect(await calls.toggleRoute({ id: 'direct', enabled: false })).toEqual(fixed);
    expect(await calls.removeRoute({ id: 'direct' })).toEqual(fixed);
    expect(await calls.duplicateRoute({ id: 'direct' })).toEqual(fixed);
    expect(await calls.changeRoute({ id: 'direct', form: socks })).toEqual(fixed);
    expect((await calls.toggleRoute({ id: 'direct', enabled: true })).ok).toBe(true);
  });

  it('takes routes of every kind, and tells no page of a password', async () => {
    const { calls, seen, settings, folder } = await aHost();
    await calls.addRoute(socks);
    await calls.addRoute({ kind: 'interface', label: '', interface: 'tun0' });
    await calls.addRoute({ kind: 'socks4', label: '', host: '2001:db8::1', port: '1080', username: 'bob' });
    const view = given(await calls.addRoute(mtproxy));
    expect(view.routes.slice(1)).toMatchObject([
      {
        id: 'berlin',
        label: 'Berlin',
        endpoint: 'proxy.example:1080',
        username: 'ann',
        hasSecret: true,
        enabled: true,
        forTelegram: true,
      },
      { id: 'interface-tun0', label: 'tun0', endpoint: 'tun0', hasSecret: false, forTelegram: false },
      { label: 'socks4 [2001:db8::1]:1080', endpoint: '[2001:db8::1]:1080', hasSecret: false, forTelegram: false },
      { id: 'mt', hasSecret: true, secretLost: false, forTelegram: true },
    ]);
    const routes = routesForRun(settings.state());
    expect(routes[1]).toMatchObject({ credentials: { username: 'ann', password } });
    expect(routes[3]).toMatchObject({ credentials: { username: 'bob', password: '' } });
    expect(routes[4]).toMatchObject({ secret: Buffer.from(mtSecret, 'hex') });
    const told = JSON.stringify([view, seen.events]) + (await allTextIn(folder));
    expect(told).toContain('proxy.example');
    for (const secret of [password, mtSecret, mtSecret.slice(2)]) expect(told).not.toContain(secret);
    expect(seen.events.at(-1)).toEqual({ type: 'routes', view });
  });

  it.each<[Partial<RouteForm>, object]>([
    [{ host: '' }, { code: 'route-host', field: 'host' }],
    [{ host: 'exa mple' }, { code: 'route-host', field: 'host' }],
    [{ host: '127.1' }, { code: 'route-host', field: 'host' }],
    [{ port: '0' }, { code: 'route-port', field: 'port' }],
    [{ port: '65536' }, { code: 'route-port', field: 'port' }],
    [{ password: 'a\u0000b' }, { code: 'route-credentials-control', field: 'password' }],
    [{ password: 'ü'.repeat(200) }, { code: 'route-credentials-too-long', field: 'password' }],
    [{ kind: 'socks4' }, { code: 'route-socks4-password', field: 'password' }],
    [
      { kind: 'http', username: 'a:b' },
      { code: 'route-username-colon', field: 'username' },
    ],
    [{ kind: 'mtproxy' }, { code: 'route-secret-missing', field: 'secret' }],
    [
      { kind: 'mtproxy', secret: 'zz zz' },
      { code: 'route-secret-undecodable', field: 'secret' },
    ],
    [
      { kind: 'interface', interface: '../x' },
      { code: 'route-interface-name', field: 'interface' },
    ],
    [{ kind: 'interface' }, { code: 'route-interface-name', field: 'interface' }],
  ])('says which field of a form is wrong, and repeats no password: %j', async (change, problem) => {
    const { calls, settings } = await aHost();
    const answer = await calls.addRoute({ ...socks, ...change });
    expect(answer).toMatchObject({ ok: false, problems: [problem] });
    expect(JSON.stringify(answer)).not.toContain('c4nary');
    expect(settings.state().routes).toEqual([]);
  });

  it('makes ids and labels unique, as people read them', async () => {
    const { calls } = await aHost();
    await calls.addRoute(socks);
    await calls.addRoute({ ...socks, label: 'BERLIN' });
    await calls.addRoute({ ...socks, label: 'Ｂerlin' });
    await calls.addRoute({ ...socks, label: 'current connection' });
    const long = `${'x'.repeat(63)}y`;
    await calls.addRoute({ ...socks, label: long });
    const { routes } = given(await calls.addRoute({ ...socks, label: long }));
    expect(routes.slice(1).map(({ label }) => label)).toEqual([
      'Berlin',
      'BERLIN 2',
      'Ｂerlin 3',
      'current connection 2',
      long,
      `${'x'.repeat(62)} 2`,
    ]);
    expect(new Set(routes.map(({ id }) => id)).size).toBe(7);
  });

  it.each([
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['\u202ekcolb\u0007\u001b[31mred', 'kcolb red'],
    ['a\u200b\u2066b', 'a b'],
    [`x${password}y`, 'socks5h proxy.example:1080'],
    ['\u0000', 'socks5h proxy.example:1080'],
  ])('cleans the hostile label %j', async (label, expected) => {
    const { calls } = await aHost();
    expect(given(await calls.addRoute({ ...socks, label })).routes[1]?.label).toBe(expected);
    const pasted = given(
      await calls.previewImport({
        text: `socks5h://ann:${encodeURIComponent(password)}@other.example:1080#${encodeURIComponent(label)}`,
      }),
    );
    expect(pasted.found[0]?.label).toBe(expected.replace('proxy.example', 'other.example'));
  });

  it('keeps at most a thousand, and has at most 256 on', async () => {
    const { calls, settings } = await aHost();
    const text = Array.from({ length: 999 }, (_, index) => `socks5://h${index}.example:1080`).join('\n');
    const view = given(await calls.importRoutes({ text, take: Array.from({ length: 999 }, (_, index) => index) }));
    expect(view.routes.filter(({ enabled }) => enabled)).toHaveLength(257);
    expect(routesForRun(settings.state())).toHaveLength(257);
    expect((await calls.toggleRoute({ id: view.routes.at(-1)?.id ?? '', enabled: true })).ok).toBe(false);
    expect(given(await calls.addRoute(socks)).routes.at(-1)?.enabled).toBe(false);
    const full = { ok: false, problems: [{ code: 'too-many', params: { count: 1001, limit: 1000 } }] };
    expect(await calls.addRoute(socks)).toEqual(full);
    expect(await calls.duplicateRoute({ id: 'berlin' })).toEqual(full);
    expect(await calls.importRoutes({ text: 'http://one.example:8080', take: [0] })).toEqual(full);
    expect(settings.state().routes).toHaveLength(1000);
  });

  it('toggles, orders, duplicates and removes', async () => {
    const { calls, settings } = await aHost();
    await calls.addRoute(socks);
    await calls.addRoute({ ...mtproxy, label: 'B' });
    await calls.addRoute({ kind: 'http', label: 'C', host: 'c.example', port: '8080' });
    await calls.toggleRoute({ id: 'b', enabled: false });
    expect(routesForRun(settings.state()).map(({ id }) => id)).toEqual(['direct', 'berlin', 'c']);
    expect(idsOf(await calls.orderRoutes({ ids: ['c', 'direct', 'b', 'c'] }))).toEqual(['direct', 'c', 'b', 'berlin']);
    expect(await calls.orderRoutes({ ids: ['c', 'x'] })).toEqual({ ok: false, problems: [{ code: 'route-unknown' }] });
    await calls.toggleRoute({ id: 'b', enabled: true });
    const copied = given(await calls.duplicateRoute({ id: 'b' }));
    expect(copied.routes.map(({ label }) => label)).toEqual(['Current connection', 'C', 'B', 'B 2', 'Berlin']);
    expect(copied.routes[3]).toMatchObject({ id: 'b-2', enabled: false, hasSecret: true });
    await calls.savePreset({ name: 'All' });
    settings.recordLatency('b', 5);
    expect(idsOf(await calls.removeRoute({ id: 'b' }))).toEqual(['direct', 'c', 'b-2', 'berlin']);
    expect(settings.state().presets[0]?.routeIds).toEqual(['c', 'berlin']);
    expect(settings.state().latencies.size).toBe(0);
    for (const call of [
      calls.removeRoute({ id: 'b' }),
      calls.toggleRoute({ id: 'b', enabled: true }),
      calls.duplicateRoute({ id: 'b' }),
      calls.changeRoute({ id: 'b', form: socks }),
      calls.copyRouteLink({ id: 'b', withSecret: true }),
      calls.openInTelegram({ id: 'b' }),
    ]) {
      expect(await call).toEqual({ ok: false, problems: [{ code: 'route-unknown' }] });
    }
  });

  it('shows the latest latencies of each', async () => {
    const { calls, settings, seen } = await aHost();
    await calls.addRoute(socks);
    settings.recordLatency('berlin', 80);
    settings.recordLatency('direct', null);
    const view = given(await calls.readRoutes(undefined));
    expect(view.routes.map(({ latencies }) => latencies)).toEqual([[null], [80]]);
    expect(seen.events.at(-1)).toEqual({ type: 'routes', view });
  });
});

describe('a saved password', () => {
  const { password: _password, ...untyped } = socks;
  const { secret: _secret, ...untypedMt } = mtproxy;

  it.each<Partial<RouteForm>>([
    { host: 'thief.example' },
    { port: '1081' },
    { kind: 'socks5' },
    { kind: 'http' },
    { kind: 'http', host: 'thief.example' },
    { kind: 'mtproxy' },
  ])('stays behind when the route leads elsewhere: %j', async (change) => {
    const { calls, settings, seen } = await aHost();
    await calls.addRoute(socks);
    const before = settings.state();
    const answer = await calls.changeRoute({ id: 'berlin', form: { ...untyped, ...change } });
    expect(answer).toEqual({
      ok: false,
      problems: [{ code: 'route-secret-retype', field: change.kind === 'mtproxy' ? 'secret' : 'password' }],
    });
    expect(settings.state()).toBe(before);
    expect(JSON.stringify([answer, seen])).not.toContain('c4nary');
    const retyped = await calls.changeRoute({
      id: 'berlin',
      form: { ...untyped, ...change, password: 'new one', secret: mtSecret },
    });
    expect(retyped.ok).toBe(true);
    expect(JSON.stringify(settings.state())).not.toContain('c4nary');
  });

  it('goes nowhere either when there is said to be none', async () => {
    const { calls, settings } = await aHost();
    await calls.addRoute(socks);
    const form = { ...untyped, host: 'other.example', password: '' };
    expect(given(await calls.changeRoute({ id: 'berlin', form })).routes[1]?.hasSecret).toBe(false);
    expect(routesForRun(settings.state())[1]).toMatchObject({ credentials: { username: 'ann', password: '' } });
  });

  it('stays with its proxy when only other things change, and the route keeps its id', async () => {
    const { calls, settings } = await aHost();
    await calls.addRoute(socks);
    await calls.addRoute(mtproxy);
    await calls.toggleRoute({ id: 'berlin', enabled: false });
    settings.recordLatency('berlin', 5);
    const form = { ...untyped, label: 'Prague', host: ' PROXY.example ', username: 'bob' };
    expect(given(await calls.changeRoute({ id: 'berlin', form })).routes[1]).toMatchObject({
      id: 'berlin',
      label: 'Prague',
      enabled: false,
      latencies: [5],
    });
    await calls.toggleRoute({ id: 'berlin', enabled: true });
    await calls.changeRoute({ id: 'mt', form: { ...untypedMt, label: 'MT 2' } });
    const [, first, second] = routesForRun(settings.state());
    expect(first).toMatchObject({ label: 'Prague', credentials: { username: 'bob', password } });
    expect(second).toMatchObject({ label: 'MT 2', secret: Buffer.from(mtSecret, 'hex') });
    await calls.changeRoute({ id: 'berlin', form: { ...socks, port: '1090' } });
    expect(settings.state().latencies.size).toBe(0);
  });

  it('of an MTProxy goes to no other MTProxy', async () => {
    const { calls, settings } = await aHost();
    await calls.addRoute(mtproxy);
    const form = { ...untypedMt, host: '198.51.100.9' };
    expect(await calls.changeRoute({ id: 'mt', form })).toEqual({
      ok: false,
      problems: [{ code: 'route-secret-retype', field: 'secret' }],
    });
    expect(await calls.changeRoute({ id: 'mt', form: { ...form, secret: '' } })).toMatchObject({
      ok: false,
      problems: [{ code: 'route-secret-missing' }],
    });
    expect(routesForRun(settings.state())[1]).toMatchObject({ host: '192.0.2.7' });
  });

  it('hides in no label that is changed later', async () => {
    const { calls } = await aHost();
    await calls.addRoute(socks);
    const view = given(await calls.changeRoute({ id: 'berlin', form: { ...untyped, label: `my ${password}` } }));
    expect(view.routes[1]?.label).toBe('socks5h proxy.example:1080');
  });

  it('that is lost keeps its route from being used until it is typed again', async () => {
    const { folder, calls: first } = await aHost();
    await first.addRoute(socks);
    await first.addRoute(mtproxy);
    const { calls, settings } = await aHost({ folder, secrets: sealedBox() });
    const view = given(await calls.readRoutes(undefined));
    expect(view.routes.slice(1)).toMatchObject([
      { id: 'berlin', hasSecret: true, secretLost: true, enabled: false },
      { id: 'mt', hasSecret: true, secretLost: true, enabled: false },
    ]);
    expect(routesForRun(settings.state())).toHaveLength(1);
    const lost = (label: string) => ({ ok: false, problems: [{ code: 'route-secret-lost', params: { label } }] });
    expect(await calls.toggleRoute({ id: 'berlin', enabled: true })).toEqual(lost('Berlin'));
    expect(await calls.openInTelegram({ id: 'mt' })).toEqual(lost('MT'));
    expect(await calls.copyRouteLink({ id: 'mt', withSecret: true })).toEqual(lost('MT'));
    for (const [id, form] of [
      ['berlin', { ...untyped, label: 'Renamed' }],
      ['mt', { ...untypedMt, label: '' }],
    ] as const) {
      expect(given(await calls.changeRoute({ id, form })).routes.find((route) => route.id === id)?.secretLost).toBe(
        true,
      );
      expect(await calls.changeRoute({ id, form: { ...form, host: 'thief.example' } })).toMatchObject({
        ok: false,
        problems: [{ code: 'route-secret-retype' }],
      });
    }
    expect(settings.state().routes.map(({ label }) => label)).toEqual(['Renamed', 'mtproxy 192.0.2.7:443']);
    await calls.changeRoute({ id: 'berlin', form: socks });
    await calls.changeRoute({ id: 'mt', form: mtproxy });
    expect(routesForRun(settings.state()).map(({ id }) => id)).toEqual(['direct', 'berlin', 'mt']);
  });
});

describe('links', () => {
  it('are copied without the password, or with it where that is asked for', async () => {
    const { calls, seen } = await aHost();
    await calls.addRoute(socks);
    await calls.addRoute(mtproxy);
    await calls.addRoute({ kind: 'http', label: '', host: '2001:db8::1', port: '8080' });
    for (const id of ['berlin', 'mt', 'http-2001-db8-1-8080']) {
      await calls.copyRouteLink({ id, withSecret: false });
      await calls.copyRouteLink({ id, withSecret: true });
    }
    expect(seen.copied).toEqual([
      'socks5h://proxy.example:1080#Berlin',
      'socks5h://ann:c4nary%20pass%3Aword%401@proxy.example:1080#Berlin',
      'tg://proxy?server=192.0.2.7&port=443',
      `tg://proxy?server=192.0.2.7&port=443&secret=${mtSecret}`,
      'http://[2001:db8::1]:8080',
      'http://[2001:db8::1]:8080',
    ]);
  });

  it('open in Telegram whole, and only where Telegram has one', async () => {
    const { calls, seen } = await aHost();
    await calls.addRoute(socks);
    await calls.addRoute({ kind: 'http', label: 'H', host: 'h.example', port: '80' });
    await calls.addRoute({ kind: 'interface', label: '', interface: 'tun0' });
    expect(await calls.openInTelegram({ id: 'berlin' })).toEqual({ ok: true, value: { outcome: 'done' } });
    expect(seen.opened).toEqual(['tg://socks?server=proxy.example&port=1080&user=ann&pass=c4nary%20pass%3Aword%401']);
    const none = { ok: false, problems: [{ code: 'route-no-link' }] };
    for (const id of ['h', 'interface-tun0', 'direct']) expect(await calls.openInTelegram({ id })).toEqual(none);
    for (const id of ['interface-tun0', 'direct']) {
      expect(await calls.copyRouteLink({ id, withSecret: true })).toEqual(none);
    }
  });

  it('say so where the host cannot hand them over', async () => {
    const refuse = () => Promise.reject(new Error('no clipboard'));
    const { calls } = await aHost({ ports: { copyText: refuse, openTelegramLink: refuse } });
    await calls.addRoute(socks);
    const cannot = { ok: false, problems: [{ code: 'host-cannot' }] };
    expect(await calls.copyRouteLink({ id: 'berlin', withSecret: true })).toEqual(cannot);
    expect(await calls.openInTelegram({ id: 'berlin' })).toEqual(cannot);
  });
});

describe('presets', () => {
  it('switch together what was on together', async () => {
    const { calls, settings } = await aHost();
    await calls.addRoute(socks);
    await calls.addRoute(mtproxy);
    await calls.toggleRoute({ id: 'mt', enabled: false });
    await calls.savePreset({ name: 'Home' });
    await calls.toggleRoute({ id: 'mt', enabled: true });
    await calls.toggleRoute({ id: 'berlin', enabled: false });
    expect(given(await calls.savePreset({ name: '\u202eOffice\u0000' })).presets).toEqual([
      { id: 'preset', name: 'Home', routeIds: ['berlin'] },
      { id: 'preset-2', name: 'Office', routeIds: ['mt'] },
    ]);
    await calls.applyPreset({ id: 'preset' });
    expect(routesForRun(settings.state()).map(({ id }) => id)).toEqual(['direct', 'berlin']);
    await calls.toggleRoute({ id: 'mt', enabled: true });
    await calls.savePreset({ name: 'Home' });
    expect(settings.state().presets[0]).toEqual({ id: 'preset', name: 'Home', routeIds: ['berlin', 'mt'] });
    expect(given(await calls.removePreset({ id: 'preset' })).presets.map(({ id }) => id)).toEqual(['preset-2']);
    const unknown = { ok: false, problems: [{ code: 'preset-unknown' }] };
    expect(await calls.removePreset({ id: 'preset' })).toEqual(unknown);
    expect(await calls.applyPreset({ id: 'preset' })).toEqual(unknown);
    expect(await calls.savePreset({ name: '\u200b' })).toMatchObject({ ok: false, problems: [{ field: 'name' }] });
  });

  it('are a hundred at most', async () => {
    const { calls } = await aHost();
    for (let number = 0; number < 100; number += 1) await calls.savePreset({ name: `P${number}` });
    expect(await calls.savePreset({ name: 'one more' })).toMatchObject({ ok: false, problems: [{ code: 'too-many' }] });
    expect((await calls.savePreset({ name: 'P7' })).ok).toBe(true);
  });
});
