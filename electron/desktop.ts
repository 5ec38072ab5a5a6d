import type { MenuItemConstructorOptions } from 'electron';
import type { Host, HostPorts } from '../app/host/ports.ts';
import type { LinkName } from '../model/contract.ts';
import { defaultSettings, type Settings } from '../model/settings.ts';
import type { WindowControl } from './control-window.ts';
import { describeChanges } from './describe-changes.ts';
import { chooseLanguage, type DesktopWords, desktopWords, fillIn } from './desktop-words.ts';
import { type LastAnswer, readLastAnswer } from './last-answer.ts';
import { type MenuActions, menuTemplate, trayTemplate } from './menu.ts';
import type { TrayControl } from './tray.ts';

export interface DesktopTools {
  readonly window: WindowControl;
  readonly tray: TrayControl;
  readonly setMenu: (template: MenuItemConstructorOptions[]) => void;
  readonly notify: (notice: { readonly title: string; readonly body: string }, onClick: () => void) => void;
  /** Theme, ground, start at login: what only Electron has to know. */
  readonly applyLook: (settings: Settings) => void;
  readonly allowUpdates: (allowed: boolean) => void;
  readonly openLink: (link: LinkName) => void;
  readonly quit: () => void;
  /** The machine's languages as BCP 47, in their order. */
  readonly languages: readonly string[];
  readonly platform: NodeJS.Platform;
  readonly isPackaged: boolean;
  readonly now: () => Date;
}

export interface Desktop extends Pick<HostPorts, 'applySettings' | 'checkFinished' | 'notify'> {
  settings(): Settings;
  words(): DesktopWords;
  /** From here on "Check now" has somebody to ask. */
  serve(host: Pick<Host, 'call' | 'show'>): void;
  tellUpdate(what: 'available' | 'ready', version: string, onClick: () => void): void;
}

/** What surrounds the window, kept in step with the settings and with the last check: menu, tray, notices. */
export function createDesktop(tools: DesktopTools): Desktop {
  let settings = defaultSettings;
  let answer: LastAnswer = 'unknown';
  let host: Pick<Host, 'call' | 'show'> | undefined;

  const language = () => chooseLanguage(settings.language, tools.languages);
  const words = () => desktopWords(language());
  const check = async () => {
    const started = await host?.call('startCheck', {});
    // What stands in the way (no consent yet, a check under way) is said by the page.
    if (!started?.ok) tools.window.open('check');
    else host?.show('check');
  };
  const actions: MenuActions = {
    open: () => tools.window.open(),
    check: () => void check(),
    quit: tools.quit,
    openLink: tools.openLink,
  };
  const showTray = () => {
    if (!settings.tray) return tools.tray.hide();
    tools.tray.show({ answer, words: words(), menu: trayTemplate(words(), actions), onClick: actions.open });
  };

  return {
    settings: () => settings,
    words,
    serve: (served) => {
      host = served;
    },
    applySettings: (chosen) => {
      settings = chosen;
      const { platform, isPackaged } = tools;
      tools.setMenu(menuTemplate({ words: words(), actions, platform, isPackaged }));
      showTray();
      tools.applyLook(settings);
      tools.window.current()?.webContents.setZoomFactor(settings.zoom / 100);
      tools.allowUpdates(settings.updates);
    },
    checkFinished: (report) => {
      answer = readLastAnswer(report);
      showTray();
    },
    notify: (news) => {
      if (!settings.notify) return;
      tools.notify(describeChanges(news, words(), { language: language(), now: tools.now() }), () => {
        tools.window.open('check');
      });
    },
    tellUpdate: (what, version, onClick) => {
      const { updateTitle, updateBody, updateReady } = words();
      // A version is of the release page's making.
      const shown = version.replace(/[^\w.+-]/g, '').slice(0, 32);
      if (what === 'ready') tools.notify({ title: 'Waylight', body: fillIn(updateReady, { version: shown }) }, onClick);
      else tools.notify({ title: fillIn(updateTitle, { version: shown }), body: updateBody }, onClick);
    },
  };
}
