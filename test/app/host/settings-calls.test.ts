import { expect, it } from 'vitest';
import { defaultSettings } from '../../../model/settings.ts';
import { aHost, given } from '../../support/a-host-context.ts';

it('gives and changes settings one by one, tells everybody, and keeps them', async () => {
  const { calls, seen, folder, secrets } = await aHost();
  expect(given(await calls.readSettings(undefined))).toEqual(defaultSettings);
  expect(seen.applied).toEqual([defaultSettings]);
  const changed = { ...defaultSettings, theme: 'dark', scheduleMinutes: 60 };
  expect(given(await calls.changeSettings({ theme: 'dark', scheduleMinutes: 60, zoom: undefined }))).toEqual(changed);
  expect(seen.events).toEqual([{ type: 'settings', settings: changed }]);
  expect(seen.applied.at(-1)).toEqual(changed);
  expect((await aHost({ folder, secrets })).settings.state().settings).toEqual(changed);
});

it('writes down when somebody agreed, the first time', async () => {
  const { calls } = await aHost();
  expect(given(await calls.giveConsent(undefined)).consentedAt).toBe('2026-05-01T12:00:00.000Z');
  const later = await aHost();
  await later.settings.change((state) => ({
    ...state,
    settings: { ...state.settings, consentedAt: '2025-01-01T00:00:00.000Z' },
  }));
  expect(given(await later.calls.giveConsent(undefined)).consentedAt).toBe('2025-01-01T00:00:00.000Z');
});

it('refuses what this host cannot do, and lets it be switched off', async () => {
  const can = { notify: false, tray: false, startAtLogin: false, pdf: false, update: false, openFolder: false };
  const { context } = await aHost();
  const { calls } = await aHost({ ports: { info: { ...context.ports.info, can } } });
  for (const field of ['tray', 'startAtLogin', 'updates'] as const) {
    expect(await calls.changeSettings({ [field]: true, zoom: 150 })).toEqual({
      ok: false,
      problems: [{ code: 'host-cannot', field }],
    });
    expect(given(await calls.changeSettings({ [field]: false })).zoom).toBe(100);
  }
});

it('answers with a problem where a change is not kept, and lets it hold all the same', async () => {
  const write = () => Promise.reject(Object.assign(new Error('read-only'), { code: 'EROFS' }));
  const { calls, seen } = await aHost({ write });
  expect(await calls.changeSettings({ zoom: 150 })).toEqual({
    ok: false,
    problems: [{ code: 'not-kept', params: { code: 'EROFS' } }],
  });
  expect(given(await calls.readSettings(undefined)).zoom).toBe(150);
  expect(seen.events).toHaveLength(1);
});

it('keeps what was chosen though the system refuses to act on it', async () => {
  const applySettings = () => {
    throw new Error('no tray here');
  };
  const { calls, folder, secrets } = await aHost({ ports: { applySettings } });
  expect(given(await calls.changeSettings({ tray: true })).tray).toBe(true);
  expect((await aHost({ folder, secrets })).settings.state().settings.tray).toBe(true);
});
