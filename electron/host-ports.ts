import type { App, Clipboard, Notification, Session, Shell } from 'electron';
import type { HostPorts, SecretBox } from '../app/host/ports.ts';
import type { LinkName } from '../model/contract.ts';
import { canStartAtLogin } from './apply-look.ts';
import { hearPower, type PowerSource } from './hear-power.ts';
import { openLink, openTelegramLink } from './open-outside.ts';
import { readSystemProxies } from './system-proxies.ts';

interface PortParts {
  readonly app: Pick<App, 'isPackaged' | 'getPreferredSystemLanguages' | 'getLocale'>;
  readonly clipboard: Pick<Clipboard, 'writeText'>;
  readonly Notification: Pick<typeof Notification, 'isSupported'>;
  readonly shell: Pick<Shell, 'openExternal' | 'openPath'>;
  readonly session: Pick<Session, 'resolveProxy'>;
  readonly powerMonitor: PowerSource;
}

type Given = Pick<
  HostPorts,
  | 'applySettings'
  | 'checkFinished'
  | 'dataFolder'
  | 'env'
  | 'notify'
  | 'pdf'
  | 'programFolder'
  | 'saveFile'
  | 'spawnEngine'
> & { readonly secrets: SecretBox; readonly version: string; readonly platform: NodeJS.Platform };

/** What the desktop does in its own way. */
export function desktopPorts(
  { app, clipboard, Notification, powerMonitor, shell, session }: PortParts,
  given: Given,
): HostPorts {
  const { version, platform, ...ports } = given;
  return {
    ...ports,
    info: {
      host: 'desktop',
      version,
      platform,
      language: app.getPreferredSystemLanguages()[0] ?? app.getLocale(),
      can: {
        notify: Notification.isSupported(),
        tray: true,
        startAtLogin: canStartAtLogin(app, platform),
        pdf: given.pdf !== undefined,
        update: app.isPackaged,
        openFolder: true,
      },
    },
    copyText: async (text) => {
      await clipboard.writeText(text);
      return { outcome: 'done' };
    },
    openTelegramLink: (link) => openTelegramLink(shell, link),
    openLink: (link: LinkName) => openLink(shell, link),
    // Only ever our own folder; the answer is an error's text, or empty.
    openFolder: async (path) => (await shell.openPath(path)) === '',
    onPower: (listener) => hearPower(powerMonitor, listener),
    systemProxies: () => readSystemProxies(session),
  };
}
