import type { AppUpdater } from 'electron-updater';
import { filterRequests } from './filter-requests.ts';

type Updater = Pick<
  AppUpdater,
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'allowDowngrade'
  | 'disableWebInstaller'
  | 'logger'
  | 'netSession'
  | 'checkForUpdates'
  | 'downloadUpdate'
  | 'on'
>;

export interface UpdateTools {
  /** Loads the updater only when the person allowed it: until then not even its code runs. */
  readonly load: () => Promise<Updater>;
  readonly isPackaged: boolean;
  readonly tell: (what: 'available' | 'ready', version: string, onClick: () => void) => void;
}

/** Where releases lie. Their signatures and checksums decide what is installed; this only bounds who is asked. */
const releaseOrigins: ReadonlySet<string> = new Set([
  'https://github.com',
  'https://objects.githubusercontent.com',
  'https://release-assets.githubusercontent.com',
]);

export function isReleaseAddress(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && releaseOrigins.has(url.origin);
}

/**
 * Asks for a newer version when the person allowed it, at most once while the app is open; downloads only when they say so.
 * What cannot be asked is no problem worth telling: in a censored network that is the usual case.
 */
export function createUpdates({ load, isPackaged, tell }: UpdateTools): { allow(allowed: boolean): Promise<void> } {
  let asked = false;
  return {
    allow: async (allowed) => {
      if (!allowed || !isPackaged || asked) return;
      asked = true;
      try {
        const updater = await load();
        prepare(updater, tell);
        await updater.checkForUpdates();
      } catch {
        // No release page, no network, no signature: the version at hand stays.
      }
    },
  };
}

function prepare(updater: Updater, tell: UpdateTools['tell']): void {
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = true;
  updater.allowDowngrade = false;
  updater.disableWebInstaller = true;
  // Its log would hold paths and addresses.
  updater.logger = null;
  // Every session cancels what is not this app's; the updater's own may reach the release page too.
  filterRequests(updater.netSession, isReleaseAddress);
  // Without a listener an error would end the app.
  updater.on('error', () => {});
  updater.on('update-available', ({ version }) =>
    tell('available', version, () => void updater.downloadUpdate().catch(() => {})),
  );
  updater.on('update-downloaded', ({ version }) => tell('ready', version, () => {}));
}
