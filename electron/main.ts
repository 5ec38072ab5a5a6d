import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  Notification,
  nativeImage,
  nativeTheme,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';
import { dataFolder as findDataFolder } from '../app/data-folder.ts';
import { createHost } from '../app/host/create-host.ts';
import type { PrintedFile, SavedFile } from '../app/host/ports.ts';
import packageJson from '../package.json' with { type: 'json' };
import { answerPage } from './answer-page.ts';
import { isQuietStart } from './apply-look.ts';
import { readAssetMap } from './asset-map.ts';
import { composeDesktop } from './compose-desktop.ts';
import { composeWindow } from './compose-window.ts';
import { endApp } from './end-app.ts';
import { failStart } from './fail-start.ts';
import { forkEngine } from './fork-engine.ts';
import { guardSession } from './guard-session.ts';
import { claimLinks, hearLinks } from './hear-links.ts';
import { desktopPorts } from './host-ports.ts';
import { prepareApp } from './prepare-app.ts';
import { createPdfPrinter } from './print-pdf.ts';
import { reportDefects } from './report-defects.ts';
import { saveFile } from './save-file.ts';
import { openSecretBox } from './secret-box.ts';
import { serveAssets } from './serve-assets.ts';

const { argv, env, platform } = process;
const programFolder = import.meta.dirname;
const dataFolder = findDataFolder(env);

reportDefects(process);
if (prepareApp(app, protocol, { argv, dataFolder })) {
  const links = hearLinks(app, argv);
  // Electron is ready only after this module has run, so nothing here may wait for it.
  app
    .whenReady()
    .then(() => start(links))
    .catch((error: unknown) => failStart(app, dialog, error));
}

async function start(links: ReturnType<typeof hearLinks>): Promise<void> {
  claimLinks(app, platform, env);
  // In memory only: a page of ours leaves nothing on the disk.
  const pages = session.fromPartition('waylight', { cache: false });
  const printing = session.fromPartition('waylight-print', { cache: false });
  for (const each of [session.defaultSession, pages, printing]) guardSession(each, app.isPackaged);
  serveAssets(pages.protocol, await readAssetMap(programFolder));

  const window = composeWindow(
    { app, BrowserWindow, dialog, Menu, nativeTheme, screen },
    { session: pages, dataFolder, programFolder, settings: () => desktop.settings(), words: () => desktop.words() },
  );
  const loadUpdater = async () => (await import('electron-updater')).autoUpdater;
  const desktop = composeDesktop(
    { app, Menu, Notification, nativeImage, nativeTheme, shell, Tray },
    { window, programFolder, platform, loadUpdater },
  );
  const save = (file: SavedFile | PrintedFile) => saveFile(dialog, window.current(), desktop.words().saveTitle, file);
  const print = createPdfPrinter({ createWindow: (options) => new BrowserWindow(options), session: printing });
  const ports = desktopPorts(
    { app, clipboard, Notification, powerMonitor, shell, session: pages },
    {
      dataFolder,
      programFolder,
      env,
      platform,
      version: packageJson.version,
      secrets: await openSecretBox(safeStorage, platform),
      spawnEngine: () => forkEngine({ utilityProcess, modulePath: join(programFolder, 'engine.js'), env }),
      saveFile: save,
      pdf: { print, save },
      applySettings: desktop.applySettings,
      checkFinished: desktop.checkFinished,
      notify: desktop.notify,
    },
  );
  const host = await createHost(ports);
  endApp(app, { platform, release: window.release, close: () => host.close() });
  answerPage(ipcMain, host);
  host.subscribe(window.tell);
  desktop.serve(host);
  app.on('activate', () => window.open());
  if (!isQuietStart(app, platform, argv, desktop.settings())) window.open();
  links.listen(window.open);
}
