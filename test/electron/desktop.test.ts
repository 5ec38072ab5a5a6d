import { existsSync } from 'node:fs';
import type { Menu, MenuItemConstructorOptions, NativeImage, NativeTheme } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import type { ChangeNotice } from '../../app/host/ports.ts';
import { builtInTargets } from '../../app/settings/targets-for-run.ts';
import { applyLoginItem, applyTheme, canStartAtLogin, isQuietStart } from '../../electron/apply-look.ts';
import { createDesktop, type DesktopTools } from '../../electron/desktop.ts';
import { chooseLanguage, desktopWords, fillIn } from '../../electron/desktop-words.ts';
import { hearPower } from '../../electron/hear-power.ts';
import { lastAnswers } from '../../electron/last-answer.ts';
import { contextTemplate, menuTemplate, trayTemplate } from '../../electron/menu.ts';
import { createNotifier } from '../../electron/show-notice.ts';
import { controlTray } from '../../electron/tray.ts';
import { languages } from '../../model/choices.ts';
import type { Answer } from '../../model/contract.ts';
import type { ConfirmedChange, ConfirmedRouteChange } from '../../model/run-view.ts';
import { defaultSettings } from '../../model/settings.ts';
import { sampleReport } from '../app/report/sample-report.ts';
import { emitting } from './emit.ts';

const words = desktopWords('en');
const noActions = { open: () => {}, check: () => {}, quit: () => {}, openLink: () => {} };

const flatten = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);
const find = (items: readonly MenuItemConstructorOptions[], label: string) => {
  const item = flatten(items).find((each) => each.label === label);
  return () => item?.click?.({} as never, undefined, {} as never);
};

describe('menus', () => {
  it.each(['linux', 'win32', 'darwin'] as const)('on %s say every word in the person’s language', (platform) => {
    for (const isPackaged of [true, false]) {
      const items = flatten(menuTemplate({ words, actions: noActions, platform, isPackaged }));
      for (const { type, label, role } of items) {
        // A role without a label is said in English.
        if (type !== 'separator') expect([role, label ?? 'no label']).toEqual([role, label]);
      }
    }
  });

  it('open developer tools in development only', () => {
    const roles = (isPackaged: boolean) =>
      flatten(menuTemplate({ words, actions: noActions, platform: 'linux', isPackaged })).map(({ role }) => role);
    expect(roles(false)).toEqual(expect.arrayContaining(['toggleDevTools', 'reload']));
    for (const role of ['toggleDevTools', 'reload', 'forceReload']) expect(roles(true)).not.toContain(role);
    expect(roles(true)).toEqual(expect.arrayContaining(['copy', 'paste', 'selectAll', 'quit', 'minimize']));
  });

  it('have for a right click what would do something', () => {
    const rolesOf = (items: MenuItemConstructorOptions[]) => items.flatMap(({ role }) => role ?? []);
    expect(rolesOf(contextTemplate({ isEditable: true, selectionText: '' }, words))).toContain('paste');
    expect(rolesOf(contextTemplate({ isEditable: false, selectionText: 'x' }, words))).toEqual(['copy']);
    expect(contextTemplate({ isEditable: false, selectionText: ' ' }, words)).toEqual([]);
  });
});

describe('the words around the window', () => {
  it('are in the chosen language, or the first of the machine’s that is known', () => {
    expect(chooseLanguage('ru', ['en-US'])).toBe('ru');
    expect(chooseLanguage('system', ['de-DE', 'fa-IR', 'ru'])).toBe('fa');
    expect(chooseLanguage('system', ['zh-CN'])).toBe('zh-Hans');
    expect(chooseLanguage('system', ['de', ''])).toBe('en');
    expect(chooseLanguage('system', [])).toBe('en');
  });

  it('are said in another language, and in English where it has no word', () => {
    expect(desktopWords('ru').quit).toMatch(/[а-я]/);
    for (const language of languages) expect(Object.keys(desktopWords(language))).toEqual(Object.keys(words));
  });

  it('have the same places in every language', () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    for (const language of languages) {
      for (const [key, text] of Object.entries(desktopWords(language))) {
        expect(places(text)).toEqual(places(words[key as keyof typeof words]));
      }
    }
  });

  it('take a value as it is, whatever is in it', () => {
    expect(fillIn('{a} and {b}', { a: '{b}', b: '$&' })).toBe('{b} and $&');
    expect(fillIn('{constructor}', {})).toBe('{constructor}');
  });
});

function aTray(platform: NodeJS.Platform = 'linux') {
  const paths: string[] = [];
  const created: ReturnType<typeof makeTray>[] = [];
  const makeTray = () =>
    emitting<Electron.Tray>({ setImage: vi.fn(), setToolTip: vi.fn(), setContextMenu: vi.fn(), destroy: vi.fn() });
  const control = controlTray({
    createTray: () => {
      const tray = makeTray();
      created.push(tray);
      return tray;
    },
    readImage: (path) => {
      paths.push(path);
      return {} as NativeImage;
    },
    buildMenu: (template) => template as unknown as Menu,
    folder: 'build/tray',
    platform,
  });
  return { control, paths, created };
}

describe('the tray', () => {
  it('has an icon of its own for each answer, on every system', () => {
    for (const platform of ['linux', 'darwin'] as const) {
      const { control, paths, created } = aTray(platform);
      for (const answer of lastAnswers) control.show({ answer, words, menu: [], onClick: () => {} });
      expect(created).toHaveLength(1);
      expect(new Set(paths).size).toBe(4);
      for (const path of paths) expect([path, existsSync(path)]).toEqual([path, true]);
      const said = vi.mocked(created[0]?.setToolTip ?? vi.fn()).mock.calls.flat();
      expect(new Set(said).size).toBe(4);
    }
  });

  it('is clicked for what it was last told, and goes when it is switched off', () => {
    const { control, created } = aTray();
    const [first, second] = [vi.fn(), vi.fn()];
    control.hide();
    control.show({ answer: 'unknown', words, menu: [], onClick: first });
    control.show({ answer: 'works', words, menu: [], onClick: second });
    created[0]?.emit('click');
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
    control.hide();
    expect(created[0]?.destroy).toHaveBeenCalledOnce();
    control.show({ answer: 'works', words, menu: [], onClick: first });
    expect(created).toHaveLength(2);
  });
});

function aDesktop() {
  const told = {
    menus: [] as MenuItemConstructorOptions[][],
    trays: [] as unknown[],
    notices: [] as { notice: { title: string; body: string }; onClick: () => void }[],
    opened: [] as unknown[],
    zooms: [] as number[],
  };
  const tools: DesktopTools = {
    window: {
      open: (screen) => void told.opened.push(screen),
      current: () =>
        emitting<Electron.BrowserWindow>({
          webContents: emitting<Electron.WebContents>({ setZoomFactor: (factor) => void told.zooms.push(factor) }),
        }),
      tell: () => {},
      release: () => {},
    },
    tray: { show: (state) => void told.trays.push(state.answer), hide: () => void told.trays.push('hidden') },
    setMenu: (template) => void told.menus.push(template),
    notify: (notice, onClick) => void told.notices.push({ notice, onClick }),
    applyLook: vi.fn(),
    allowUpdates: vi.fn(),
    openLink: () => {},
    quit: () => {},
    languages: ['en'],
    platform: 'linux',
    isPackaged: true,
    now: () => new Date('2026-11-22T16:00:00.000Z'),
  };
  return { desktop: createDesktop(tools), tools, told };
}

const aChange = (
  targetId: string,
  to: ConfirmedChange['to'],
  more: Partial<ConfirmedChange> = {},
): ConfirmedChange => ({
  targetId,
  name: targetId.toUpperCase(),
  routeId: 'direct',
  label: 'Current connection',
  from: to === 'ok' ? 'failed' : 'ok',
  to,
  since: '2026-11-22T14:05:00.000Z',
  ...more,
});
const aRoute = (to: ConfirmedRouteChange['to'], label = 'Berlin'): ConfirmedRouteChange => ({
  routeId: 'berlin',
  label,
  from: to === 'dead' ? 'works' : 'dead',
  to,
  since: '2026-11-22T14:05:00.000Z',
});
const time = new Date('2026-11-22T14:05:00.000Z').toLocaleString('en', { timeStyle: 'short' });

describe('what surrounds the window', () => {
  it('follows the settings', () => {
    const { desktop, tools, told } = aDesktop();
    desktop.applySettings({ ...defaultSettings, tray: true, zoom: 150, updates: true });
    expect(told.trays).toEqual(['unknown']);
    expect(told.zooms).toEqual([1.5]);
    expect(tools.allowUpdates).toHaveBeenLastCalledWith(true);
    desktop.applySettings(defaultSettings);
    expect(told.trays.at(-1)).toBe('hidden');
    expect(tools.allowUpdates).toHaveBeenLastCalledWith(false);
    expect(told.menus).toHaveLength(2);
    expect(desktop.settings()).toEqual(defaultSettings);
  });

  const noticeOf = (news: Partial<ChangeNotice>) => {
    const { desktop, told } = aDesktop();
    desktop.applySettings(defaultSettings);
    desktop.notify({ changes: [], routes: [], ...news });
    expect(told.notices).toHaveLength(1);
    return told.notices[0]?.notice;
  };

  it('tells of a change: which service, over which route, since when', () => {
    const { name = '' } = builtInTargets.find(({ id }) => id === 'youtube') ?? {};
    expect(name).not.toBe('');
    const berlin = { routeId: 'berlin', label: 'Berlin', since: '2026-11-22T14:20:00.000Z' };
    expect(noticeOf({ changes: [aChange('youtube', 'failed'), aChange('youtube', 'failed', berlin)] })).toEqual({
      title: `${name} stopped working`,
      body: `Over the current connection, Berlin, since ${time}.`,
    });
    expect(noticeOf({ changes: [aChange('youtube', 'ok')] })?.title).toBe(`${name} works again`);
    expect(noticeOf({ changes: [aChange('youtube', 'impaired')] })?.title).toBe(`${name} works only in part`);
    const old = noticeOf({ changes: [aChange('youtube', 'ok', { since: '2026-11-20T14:05:00.000Z' })] });
    expect(old?.body).toContain('Nov 20, 2026');
  });

  it('counts the servers of Telegram, and says of a route what it is', () => {
    const servers = builtInTargets.filter(({ group }) => group === 'telegram').slice(0, 3);
    expect(noticeOf({ changes: servers.map(({ id }) => aChange(id, 'failed')) })?.title).toBe(
      '3 Telegram servers stopped working',
    );
    expect(noticeOf({ routes: [aRoute('dead')] })).toEqual({
      title: 'Nothing gets through Berlin any more',
      body: `Since ${time}.`,
    });
    expect(noticeOf({ routes: [aRoute('works', 'Ber\u202elin\n')] })?.title).toBe(
      'Something gets through Ber lin again',
    );
  });

  it('names nothing that a person has added: a notice is shown on a locked screen too', () => {
    const one = noticeOf({ changes: [aChange('my-bank', 'failed')] });
    expect(one?.title).toBe('A service of your own stopped working');
    const many = noticeOf({ changes: [aChange('my-bank', 'failed'), aChange('my-shop', 'failed')] });
    expect(JSON.stringify([one, many])).not.toMatch(/my-/i);
  });

  it('counts several changes in one notice, each service once', () => {
    const berlin = { routeId: 'berlin', label: 'Berlin' };
    const changes = [
      aChange('a', 'failed'),
      aChange('a', 'ok', berlin),
      aChange('b', 'ok'),
      aChange('c', 'impaired'),
      ...Array.from({ length: 1000 }, (_, index) => aChange(`d${index}`, 'failed')),
    ];
    expect(noticeOf({ changes, routes: [aRoute('dead')] })).toEqual({
      title: 'Something has changed on this network',
      body: 'No longer works here: 1002. Works again: 1. Changed otherwise: 1.',
    });
  });

  it('opens the check when its notice is clicked, and keeps quiet when it is told to', () => {
    const { desktop, told } = aDesktop();
    desktop.applySettings(defaultSettings);
    desktop.checkFinished(sampleReport());
    expect(told.notices).toEqual([]);
    desktop.notify({ changes: [aChange('youtube', 'failed')], routes: [] });
    told.notices[0]?.onClick();
    expect(told.opened).toEqual(['check']);
    desktop.applySettings({ ...defaultSettings, notify: false });
    desktop.notify({ changes: [aChange('youtube', 'ok')], routes: [] });
    expect(told.notices).toHaveLength(1);
  });

  it.each([
    [{ ok: true, value: { runId: 'r' } }, [], ['check']],
    [{ ok: false, problems: [{ code: 'consent-missing' }] }, ['check'], []],
  ] as const)(
    'starts a check from the menu; what stands in its way is said by the page',
    async (answer, opened, shown) => {
      const { desktop, told } = aDesktop();
      const call = vi.fn(async (): Promise<Answer<unknown>> => answer);
      const show = vi.fn();
      desktop.serve({ call, show });
      desktop.applySettings(defaultSettings);
      find(told.menus.at(-1) ?? [], words.check)();
      await vi.waitFor(() => expect([told.opened, show.mock.calls.flat()]).toEqual([opened, shown]));
      expect(call.mock.calls).toEqual([['startCheck', {}]]);
    },
  );

  it('has the same in the tray’s own menu', () => {
    const actions = { ...noActions, open: vi.fn(), check: vi.fn(), quit: vi.fn() };
    const items = trayTemplate(words, actions);
    for (const label of [words.open, words.check, words.quit]) find(items, label)();
    for (const action of [actions.open, actions.check, actions.quit]) expect(action).toHaveBeenCalledOnce();
  });

  it('shows of a version no more than a version has', () => {
    const { desktop, told } = aDesktop();
    desktop.tellUpdate('available', '1.2.3-beta.1<script>\u202e', () => {});
    expect(told.notices[0]?.notice.title).toBe('Waylight 1.2.3-beta.1script is available');
  });
});

describe('notices', () => {
  const notice = { title: 'a', body: 'b' };
  it('are shown where there are any, and heard when they are clicked', () => {
    const made = emitting<Electron.Notification>({ show: vi.fn() });
    const create = vi.fn(() => made);
    const onClick = vi.fn();
    createNotifier(() => true, create)(notice, onClick);
    expect(create.mock.calls).toEqual([[notice]]);
    expect(made.show).toHaveBeenCalledOnce();
    made.emit('click');
    expect(onClick).toHaveBeenCalledOnce();
    createNotifier(() => false, create)(notice, onClick);
    expect(create).toHaveBeenCalledOnce();
  });
});

describe('the machine’s sleep', () => {
  it('is told when it begins and when it is over, until nobody listens', () => {
    const monitor = emitting<Electron.PowerMonitor>();
    const heard: string[] = [];
    const stop = hearPower(monitor, (event) => heard.push(event));
    for (const event of ['suspend', 'resume', 'lock-screen']) monitor.emit(event);
    stop();
    monitor.emit('suspend');
    expect(heard).toEqual(['suspend', 'resume']);
  });
});

describe('theme and login', () => {
  const aTheme = () => ({ themeSource: 'system', shouldUseDarkColors: true }) as NativeTheme;
  it('leaves high contrast to the page', () => {
    const theme = aTheme();
    const setBackgroundColor = vi.fn();
    for (const [chosen, source] of [
      ['dark', 'dark'],
      ['light', 'light'],
      ['contrast', 'system'],
      ['system', 'system'],
    ] as const) {
      applyTheme(theme, { setBackgroundColor }, { ...defaultSettings, theme: chosen });
      expect(theme.themeSource).toBe(source);
    }
    expect(setBackgroundColor).toHaveBeenCalledTimes(4);
  });

  it('is started at login where the system can, and only changes what is not so already', () => {
    const set = vi.fn();
    const read = vi.fn(() => ({ openAtLogin: false, wasOpenedAtLogin: true }) as Electron.LoginItemSettings);
    const app = { isPackaged: true, getLoginItemSettings: read, setLoginItemSettings: set };
    const on = { ...defaultSettings, startAtLogin: true, tray: true };
    applyLoginItem(app, 'linux', on);
    applyLoginItem({ ...app, isPackaged: false }, 'win32', on);
    applyLoginItem(app, 'win32', defaultSettings);
    expect(set).not.toHaveBeenCalled();
    applyLoginItem(app, 'win32', on);
    applyLoginItem(app, 'darwin', on);
    expect(set.mock.calls).toEqual([[{ args: ['--hidden'], openAtLogin: true }], [{ openAtLogin: true }]]);
    expect([canStartAtLogin(app, 'linux'), canStartAtLogin(app, 'darwin')]).toEqual([false, true]);
    expect(isQuietStart(app, 'win32', ['w', '--hidden'], on)).toBe(true);
    expect(isQuietStart(app, 'win32', ['w'], on)).toBe(false);
    expect(isQuietStart(app, 'darwin', [], on)).toBe(true);
    // Without a tray it would be nowhere at all.
    expect(isQuietStart(app, 'win32', ['w', '--hidden'], { ...on, tray: false })).toBe(false);
  });
});
