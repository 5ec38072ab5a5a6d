import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAnswerCall } from '../../../app/host/answer-call.ts';
import type { Handlers } from '../../../app/host/handlers.ts';
import { openSettings } from '../../../app/settings/open-settings.ts';
import { maxEnabledRoutes, maxOwnTargets, maxPresets, maxRoutes } from '../../../app/settings/settings-state.ts';
import { stripUnsafe } from '../../../engine/clean-text.ts';
import type { CallName } from '../../../model/call-names.ts';
import { allTextIn } from '../../support/a-data-folder.ts';
import { aHost } from '../../support/a-host-context.ts';
import { sealedBox } from '../../support/sealed-box.ts';

const canary = 'c4nary-of-a-password';
const mtSecret = 'ee00112233445566778899aabbccddeeff676f6f676c652e636f6d';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    '',
    'direct',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '<script>alert(1)</script>',
    '\u202eevil\u0000\u001b[2J',
    '\ud800',
    'x'.repeat(300),
    '{name}',
  ),
);
const id = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('direct', 'one', 'mt', 'tun0', 'interface-tun0', 'preset', 'preset-2', 'own.example'),
  },
  { weight: 1, arbitrary: hostile },
);
const form = fc.record(
  {
    kind: fc.constantFrom('interface', 'socks4', 'socks4a', 'socks5', 'socks5h', 'http', 'https', 'mtproxy', 'direct'),
    label: fc.oneof(hostile, fc.constantFrom('One', '')),
    interface: fc.oneof(hostile, fc.constant('tun0')),
    host: fc.oneof(
      hostile,
      fc.constantFrom('one.example', 'thief.example', '192.0.2.7', '[2001:db8::1]', '2001:db8::1'),
    ),
    port: fc.oneof(hostile, fc.constantFrom('1080', '443', '0', '99999')),
    username: fc.oneof(hostile, fc.constant('ann')),
    password: hostile,
    secret: fc.oneof(hostile, fc.constant('00112233445566778899aabbccddeef0')),
  },
  { requiredKeys: ['kind', 'label'] },
);
const ids = fc.array(id, { maxLength: 8 });
const line = fc.oneof(
  hostile,
  fc.constantFrom(
    'socks5://a:b@two.example:1080#Two',
    'https://own.example/',
    'direct',
    'interface:wg0',
    '#',
    '[',
    '{"url":1}',
    'url,name',
  ),
);
const text = fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n'));
const take = fc.array(fc.oneof(fc.nat(3), fc.integer()), { maxLength: 4 });
const nothing = fc.constant(undefined);

/** Inputs of each call that mostly pass its schema, so that what lies behind it is reached. */
const inputs = {
  readSettings: nothing,
  changeSettings: fc.record(
    {
      language: fc.constantFrom('system', 'fa', 'xx'),
      theme: fc.constantFrom('dark', 'light', 'mud'),
      zoom: fc.integer({ min: 90, max: 210 }),
      profile: fc.constantFrom('quick', 'standard', 'deep'),
      tray: fc.boolean(),
      scheduleMinutes: fc.option(fc.integer({ min: 0, max: 2000 })),
      consentedAt: fc.constant('2026-05-01T12:00:00Z'),
    },
    { requiredKeys: [] },
  ),
  giveConsent: nothing,
  readRoutes: nothing,
  addRoute: form,
  changeRoute: fc.record({ id, form }),
  toggleRoute: fc.record({ id, enabled: fc.boolean() }),
  orderRoutes: fc.record({ ids }),
  duplicateRoute: fc.record({ id }),
  removeRoute: fc.record({ id }),
  previewImport: fc.record({ text }),
  importRoutes: fc.record({ text, take }),
  copyRouteLink: fc.record({ id, withSecret: fc.boolean() }),
  openInTelegram: fc.record({ id }),
  savePreset: fc.record({ name: hostile }),
  applyPreset: fc.record({ id }),
  removePreset: fc.record({ id }),
  readTargets: nothing,
  toggleTargets: fc.record({
    ids: fc.array(fc.oneof(id, fc.constantFrom('whatsapp', 'telegram-web'))),
    enabled: fc.boolean(),
  }),
  importTargets: fc.record({ text }),
  removeTargets: fc.record({ ids }),
  readData: nothing,
  openDataFolder: nothing,
  deleteEverything: fc.record({ confirm: fc.constantFrom('delete everything', 'yes') }),
  openLink: fc.record({ link: fc.constantFrom('website', 'source', 'https://thief.example/') }),
} satisfies Partial<Record<CallName, fc.Arbitrary<unknown>>>;

const names = Object.keys(inputs) as (keyof typeof inputs)[];

async function aHostWithRoutes(write?: () => Promise<void>) {
  const host = await aHost(write ? { write } : {});
  const { calls } = host;
  await calls.addRoute({
    kind: 'socks5h',
    label: 'One',
    host: 'one.example',
    port: '1080',
    username: 'ann',
    password: canary,
  });
  await calls.addRoute({ kind: 'mtproxy', label: 'MT', host: '192.0.2.7', port: '443', secret: mtSecret });
  await calls.addRoute({ kind: 'interface', label: '', interface: 'tun0' });
  await calls.importTargets({ text: 'https://own.example/' });
  await calls.savePreset({ name: 'Home' });
  return { ...host, answer: createAnswerCall(calls as unknown as Handlers) };
}

type TestedHost = Awaited<ReturnType<typeof aHostWithRoutes>>;

/** What must hold whatever a page asks for. */
function expectSound({ settings, seen }: TestedHost, answer: Awaited<ReturnType<TestedHost['answer']>>): void {
  const told = JSON.stringify([answer, seen.events.splice(0)]);
  expect(told).not.toContain(canary);
  expect(told).not.toContain('00112233445566778899aabbccddeeff');
  if (!answer.ok) expect(answer.problems.map(({ code }) => code)).not.toContain('defect');
  const { routes, presets, ownTargets } = settings.state();
  expect(routes.length).toBeLessThanOrEqual(maxRoutes);
  expect(routes.filter(({ enabled }) => enabled).length).toBeLessThanOrEqual(maxEnabledRoutes);
  expect(presets.length).toBeLessThanOrEqual(maxPresets);
  expect(ownTargets.length).toBeLessThanOrEqual(maxOwnTargets);
  for (const list of [['direct', ...routes.map((route) => route.id)], ownTargets.map((target) => target.id)]) {
    expect(new Set(list).size).toBe(list.length);
  }
  for (const label of [...routes.map((route) => route.label), ...presets.map(({ name }) => name)]) {
    expect(stripUnsafe(label).toWellFormed()).toBe(label);
  }
  for (const route of routes) {
    if (route.kind === 'interface' || (route.secret !== canary && route.secret !== mtSecret)) continue;
    expect(['one.example:1080', '192.0.2.7:443']).toContain(`${route.host}:${route.port}`);
  }
}

it.each(names)('%s answers a thousand payloads, whatever they are, and gives no secret away', async (name) => {
  const host = await aHostWithRoutes(async () => {});
  const payload = fc.oneof(
    { weight: 3, arbitrary: inputs[name] as fc.Arbitrary<unknown> },
    { weight: 1, arbitrary: fc.anything() },
  );
  await fc.assert(
    fc.asyncProperty(payload, async (input) => expectSound(host, await host.answer(name, input))),
    { numRuns: 1000, seed: 20260501 },
  );
});

it('keeps on disk what any order of calls has left, and none of it in the clear', { timeout: 30_000 }, async () => {
  const call = fc
    .constantFrom(...names)
    .chain((name) => fc.record({ name: fc.constant(name), input: inputs[name] as fc.Arbitrary<unknown> }));
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 5, maxLength: 40 }), async (calls) => {
      const host = await aHostWithRoutes();
      for (const { name, input } of calls) expectSound(host, await host.answer(name, input));
      await host.settings.flush();
      const again = await openSettings({ folder: host.folder, secrets: host.secrets });
      expect(again.setAside).toEqual([]);
      expect(again.state()).toEqual(host.settings.state());
      expect(await allTextIn(host.folder)).not.toMatch(/c4nary|00112233445566778899aabbccddeeff/);
      const stranger = await openSettings({ folder: host.folder, secrets: sealedBox() });
      expect(JSON.stringify([...stranger.state().routes])).not.toContain('"secret"');
    }),
    { numRuns: 60, seed: 7 },
  );
});
