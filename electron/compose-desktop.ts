import { join } from 'node:path';
import type { App, Menu, NativeTheme, Notification, nativeImage, Shell, Tray } from 'electron';
import { applyLoginItem, applyTheme } from './apply-look.ts';
import type { WindowControl } from './control-window.ts';
import { createDesktop, type Desktop } from './desktop.ts';
import { openLink } from './open-outside.ts';
import { createNotifier } from './show-notice.ts';
import { controlTray } from './tray.ts';
import { createUpdates, type UpdateTools } from './updates.ts';

interface DesktopParts {
  readonly app: Pick<
    App,
    'isPackaged' | 'quit' | 'getPreferredSystemLanguages' | 'getLoginItemSettings' | 'setLoginItemSettings'
  >;
  readonly Menu: Pick<typeof Menu, 'buildFromTemplate' | 'setApplicationMenu'>;
  readonly Notification: typeof Notification;
  readonly nativeImage: Pick<typeof nativeImage, 'createFromPath'>;
  readonly nativeTheme: NativeTheme;
  readonly shell: Pick<Shell, 'openExternal'>;
  readonly Tray: typeof Tray;
}

interface DesktopPlace {
  readonly window: WindowControl;
  readonly programFolder: string;
  readonly platform: NodeJS.Platform;
  readonly loadUpdater: UpdateTools['load'];
}

/** Menu, tray, notices and updates with what Electron gives them. */
export function composeDesktop(parts: DesktopParts, place: DesktopPlace): Desktop {
  const { app, Menu, nativeTheme, Notification, nativeImage, shell, Tray } = parts;
  const { window, platform } = place;
  const { isPackaged } = app;
  const updates = createUpdates({
    load: place.loadUpdater,
    isPackaged,
    tell: (...news) => desktop.tellUpdate(...news),
  });
  const desktop = createDesktop({
    window,
    tray: controlTray({
      createTray: (image) => new Tray(image),
      readImage: (path) => nativeImage.createFromPath(path),
      buildMenu: (template) => Menu.buildFromTemplate(template),
      folder: join(place.programFolder, '../build/tray'),
      platform,
    }),
    setMenu: (template) => Menu.setApplicationMenu(Menu.buildFromTemplate(template)),
    notify: createNotifier(
      () => Notification.isSupported(),
      (options) => new Notification(options),
    ),
    applyLook: (settings) => {
      applyTheme(nativeTheme, window.current(), settings);
      applyLoginItem(app, platform, settings);
    },
    allowUpdates: (allowed) => void updates.allow(allowed),
    openLink: (link) => void openLink(shell, link).catch(() => {}),
    quit: () => app.quit(),
    languages: app.getPreferredSystemLanguages(),
    platform,
    isPackaged,
    now: () => new Date(),
  });
  return desktop;
}
