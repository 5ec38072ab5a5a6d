import { describe, expect, it } from 'vitest';
import { builtInTelegramTargets } from '../../../app/built-in-facts.ts';
import { targetsOfProfile } from '../../../app/built-in-targets.ts';
import { targetsForRun } from '../../../app/settings/targets-for-run.ts';
import { aHost, given } from '../../support/a-host-context.ts';

const list = `https://own.example/page
https://münchen.example/
wss://own.example/socket`;

describe('services', () => {
  it('are at first those of the profile', async () => {
    const { calls, settings } = await aHost();
    const telegram = builtInTelegramTargets();
    for (const profile of ['quick', 'standard', 'deep'] as const) {
      const views = given(await calls.readTargets(undefined));
      const usual = targetsOfProfile(settings.state().settings.profile, telegram).map(({ id }) => id);
      expect(
        views
          .filter(({ enabled }) => enabled)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(usual.sort());
      await calls.changeSettings({ profile });
    }
    const views = given(await calls.readTargets(undefined));
    expect(new Set(views.map(({ id }) => id)).size).toBe(views.length);
    expect(views.slice(0, telegram.length).map(({ id }) => id)).toEqual(telegram.map(({ id }) => id));
    expect(views.find(({ id }) => id === 'telegram-web')).toEqual({
      id: 'telegram-web',
      name: 'Telegram Web',
      group: 'telegram',
      url: 'https://web.telegram.org/',
      host: 'web.telegram.org',
      own: false,
      enabled: true,
    });
  });

  it('are switched on and off, over a restart too, and follow another profile where nothing was said', async () => {
    const { calls, settings, folder, secrets } = await aHost();
    const ids = (profile: 'quick' | 'standard') => targetsForRun(settings.state(), profile).map(({ id }) => id);
    const rare = given(await calls.readTargets(undefined)).find(({ enabled }) => !enabled)?.id ?? '';
    await calls.toggleTargets({ ids: ['whatsapp', 'whatsapp', 'reddit'], enabled: false });
    await calls.toggleTargets({ ids: [rare], enabled: true });
    expect(ids('standard')).toContain(rare);
    expect(ids('standard')).not.toContain('whatsapp');
    expect(ids('quick')).not.toContain('whatsapp');
    expect(ids('quick')).toContain(rare);
    const again = await aHost({ folder, secrets });
    expect(targetsForRun(again.settings.state(), 'standard').map(({ id }) => id)).toEqual(ids('standard'));
    await calls.toggleTargets({ ids: ['whatsapp', 'reddit'], enabled: true });
    await calls.toggleTargets({ ids: [rare], enabled: false });
    expect(settings.state().targets).toEqual({ off: [], on: [] });
    expect(await calls.toggleTargets({ ids: ['whatsapp', 'stranger'], enabled: false })).toEqual({
      ok: false,
      problems: [{ code: 'target-unknown' }],
    });
    expect(settings.state().targets).toEqual({ off: [], on: [] });
  });
});

describe('own services', () => {
  it('are imported, tested, switched off and removed', async () => {
    const { calls, settings } = await aHost();
    const own = given(await calls.importTargets({ text: list })).filter((view) => view.own);
    expect(own.map(({ id, host, enabled }) => [id, host, enabled])).toEqual([
      ['own.example-page', 'own.example', true],
      ['xn-mnchen-3ya.example', 'xn--mnchen-3ya.example', true],
      ['own.example-socket', 'own.example', true],
    ]);
    expect(
      targetsForRun(settings.state(), 'quick')
        .slice(-3)
        .map(({ id }) => id),
    ).toEqual(own.map(({ id }) => id));
    await calls.toggleTargets({ ids: ['own.example-page'], enabled: false });
    expect(targetsForRun(settings.state(), 'quick').some(({ id }) => id === 'own.example-page')).toBe(false);
    const left = given(await calls.removeTargets({ ids: ['own.example-page', 'own.example-socket'] }));
    expect(left.filter((view) => view.own).map(({ id }) => id)).toEqual(['xn-mnchen-3ya.example']);
    expect(settings.state().targets).toEqual({ off: [], on: [] });
    expect(await calls.removeTargets({ ids: ['own.example-page'] })).toEqual({
      ok: false,
      problems: [{ code: 'target-unknown' }],
    });
    expect(await calls.removeTargets({ ids: ['xn-mnchen-3ya.example', 'telegram-web'] })).toEqual({
      ok: false,
      problems: [{ code: 'target-built-in', params: { name: 'Telegram Web' } }],
    });
    expect(settings.state().ownTargets).toHaveLength(1);
  });

  it('are imported all or not at all, with what is wrong by line', async () => {
    const { calls, settings } = await aHost();
    const answer = await calls.importTargets({ text: `${list}\nhttps://ann:pass@x.example/\nftp://y.example/` });
    expect(answer).toEqual({
      ok: false,
      problems: [
        { line: 4, code: 'url-credentials' },
        { line: 5, code: 'scheme-unsupported', params: expect.anything() },
      ],
    });
    expect(settings.state().ownTargets).toEqual([]);
    for (const text of ['', '[', '[{"url": 3}]', 'url,name\n"', '\u0000']) {
      expect((await calls.importTargets({ text })).ok).toBe(false);
    }
  });

  it('are replaced by the same list again, and not doubled', async () => {
    const { calls, settings } = await aHost();
    const text = JSON.stringify([
      'http://a.example/',
      'https://a.example/',
      { id: 'whatsapp', url: 'https://b.example/' },
    ]);
    await calls.importTargets({ text });
    const ids = () => settings.state().ownTargets.map(({ id }) => id);
    expect(ids()).toEqual(['a.example', 'a.example-2', 'whatsapp-2']);
    await calls.toggleTargets({ ids: ['a.example-2'], enabled: false });
    await calls.importTargets({ text: text.replace('"id":"whatsapp"', '"id":"whatsapp","name":"New name"') });
    expect(ids()).toEqual(['a.example', 'a.example-2', 'whatsapp-2']);
    expect(settings.state().ownTargets[2]?.name).toBe('New name');
    expect(settings.state().targets.off).toEqual(['a.example-2']);
    await calls.importTargets({ text: 'https://a.example/' });
    expect(ids()).toEqual(['a.example', 'a.example-2', 'whatsapp-2']);
    await calls.importTargets({ text: 'wss://a.example/' });
    expect(ids()).toEqual(['a.example', 'a.example-2', 'whatsapp-2', 'a.example-3']);
  });

  it('are ten thousand at most', async () => {
    const { calls, settings } = await aHost();
    const lines = Array.from({ length: 10_000 }, (_, index) => `https://h${index}.example/`).join('\n');
    expect((await calls.importTargets({ text: lines })).ok).toBe(true);
    expect(await calls.importTargets({ text: 'https://more.example/' })).toEqual({
      ok: false,
      problems: [{ code: 'too-many', params: { count: 10_001, limit: 10_000 } }],
    });
    expect(settings.state().ownTargets).toHaveLength(10_000);
  });

  it('have names that are safe to show', async () => {
    const { calls } = await aHost();
    const text = JSON.stringify([{ url: 'https://x.example/', name: '\u202e<img src=x>\u001b[2J', group: 'g\u0000' }]);
    const own = given(await calls.importTargets({ text })).at(-1);
    expect(own).toMatchObject({ name: '<img src=x>', group: 'g' });
  });
});
