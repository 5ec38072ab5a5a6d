import type { App } from 'electron';
import type { ScreenName } from '../model/screens.ts';
import { findDeepLink, linkScheme, parseDeepLink } from './deep-link.ts';

/**
 * Hears of a second start and of `waylight://` links, which Windows and Linux bring as arguments and macOS as an event, even
 * before the app is ready. What comes before `listen` waits; of several, the last counts.
 */
export function hearLinks(
  app: Pick<App, 'on'>,
  words: readonly string[],
): { listen(open: (screen?: ScreenName) => void): void } {
  let open: ((screen?: ScreenName) => void) | undefined;
  let waiting = findDeepLink(words);
  const hear = (screen: ScreenName | undefined) => {
    if (open) open(screen);
    else waiting = screen ?? waiting;
  };
  app.on('second-instance', (_event, others) => hear(findDeepLink(others)));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    hear(parseDeepLink(link));
  });
  return {
    listen: (listener) => {
      open = listener;
      if (waiting !== undefined) listener(waiting);
      waiting = undefined;
    },
  };
}

/**
 * Registers `waylight://` for an installed copy on Windows; elsewhere the package says it. A portable copy leaves no trace
 * in the registry, and `tg://` belongs to Telegram's own app.
 */
export function claimLinks(
  app: Pick<App, 'isPackaged' | 'setAsDefaultProtocolClient'>,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const isPortable = env.PORTABLE_EXECUTABLE_FILE !== undefined;
  if (platform === 'win32' && app.isPackaged && !isPortable) app.setAsDefaultProtocolClient(linkScheme);
}
