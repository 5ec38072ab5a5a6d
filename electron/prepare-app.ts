import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Protocol } from 'electron';
import { appScheme } from './app-address.ts';
import { desktopWords, fillIn } from './desktop-words.ts';
import { guardSession } from './guard-session.ts';
import { findRefusedSwitches } from './refused-switches.ts';
import { restrictNavigation } from './restrict-navigation.ts';

type Prepared = Pick<
  App,
  | 'commandLine'
  | 'enableSandbox'
  | 'exit'
  | 'isPackaged'
  | 'on'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setAppUserModelId'
  | 'setPath'
>;

/** As in electron-builder.yml: Windows shows notices only of a program whose shortcut has this name. */
const appId = 'io.github.waylight.waylight';

/**
 * Settles what has to be settled before Chromium starts: sandbox, scheme, where it keeps its files, and walls for all that
 * comes. False where this process is to end: it was started for others to look into, or another one is there already, which
 * then hears of this start.
 */
export function prepareApp(
  app: Prepared,
  protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>,
  { argv, dataFolder }: { readonly argv: readonly string[]; readonly dataFolder: string },
): boolean {
  const [refused] = app.isPackaged ? findRefusedSwitches(app.commandLine, argv) : [];
  if (refused !== undefined) {
    process.stderr.write(`${fillIn(desktopWords('en').switchRefused, { name: refused })}\n`);
    app.exit(2);
    return false;
  }
  app.enableSandbox();
  // No dump of memory is ever written, as passwords are in it; nothing is fetched or measured in the background.
  for (const name of ['disable-breakpad', 'disable-crash-reporter', 'disable-background-networking', 'no-pings']) {
    app.commandLine.appendSwitch(name);
  }
  // Standard and secure make it an origin of its own; without `supportFetchAPI` and `corsEnabled` no page can read it.
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: { standard: true, secure: true } }]);
  // Beside everything else this app keeps. Pages leave nothing in it; the lock of a single instance is there.
  const chromiumFolder = join(dataFolder, 'chromium');
  mkdirSync(chromiumFolder, { recursive: true, mode: 0o700 });
  app.setPath('userData', chromiumFolder);
  app.setAppUserModelId(appId);
  app.on('session-created', (session) => guardSession(session, app.isPackaged));
  app.on('web-contents-created', (_event, contents) => restrictNavigation(contents));
  if (app.requestSingleInstanceLock()) return true;
  app.quit();
  return false;
}
