import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Clipboard,
  Dialog,
  Display,
  MenuItemConstructorOptions,
  NativeTheme,
  PowerMonitor,
  SafeStorage,
  SaveDialogReturnValue,
  Screen,
  Shell,
} from 'electron';
import { app } from './app.ts';
import { onCommand, record, settings } from './control.ts';

let savePath = '';
onCommand('answer-save-dialog', (path) => {
  savePath = path;
});

/** Asks nobody: a test says beforehand where a file is to go. Without that, the person cancels. */
async function showSaveDialog(...words: unknown[]): Promise<SaveDialogReturnValue> {
  record({ what: 'dialog', kind: 'save', options: words.at(-1) });
  const filePath = savePath;
  savePath = '';
  return { canceled: filePath === '', filePath };
}

export const dialog = {
  showSaveDialog,
  showErrorBox: (title: string, content: string): void =>
    record({ what: 'dialog', kind: 'error', options: { title, content } }),
} satisfies Pick<Dialog, 'showErrorBox' | 'showSaveDialog'>;

let copied = '';
export const clipboard = {
  writeText: async (text: string): Promise<void> => {
    copied = text;
    record({ what: 'clipboard', text });
  },
  readText: async (): Promise<string> => copied,
} satisfies Pick<Clipboard, 'readText' | 'writeText'>;

export const shell = {
  openExternal: async (address: string): Promise<void> => record({ what: 'external', address }),
  openPath: async (path: string): Promise<string> => {
    record({ what: 'folder', path });
    return '';
  },
} satisfies Pick<Shell, 'openExternal' | 'openPath'>;

let themeSource: NativeTheme['themeSource'] = 'system';
class StandInTheme extends EventEmitter implements Pick<NativeTheme, 'shouldUseDarkColors' | 'themeSource'> {
  get themeSource() {
    return themeSource;
  }
  set themeSource(source) {
    if (!['system', 'light', 'dark'].includes(source)) throw new TypeError(`no such theme: ${source}`);
    themeSource = source;
    record({ what: 'theme', source });
    this.emit('updated');
  }
  get shouldUseDarkColors() {
    return themeSource === 'dark';
  }
}
export const nativeTheme = new StandInTheme();

/** A test says when the machine sleeps and wakes; it goes on running meanwhile. */
class StandInPower extends EventEmitter implements Pick<PowerMonitor, 'emit'> {}
export const powerMonitor = new StandInPower();
onCommand('power', (event) => powerMonitor.emit(event));

const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } } as Display;
export const screen = {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
} satisfies Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;

/** The key a system's key store would keep for this person, in a file: it outlives the app, and another machine has none. */
function readKey(): Buffer {
  const file = join(app.getPath('userData'), 'stand-in-key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 });
  return readFileSync(file);
}

export const safeStorage = {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => settings.keyStore,
  encryptStringAsync: async (text: string): Promise<Buffer> => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', readKey(), nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  },
  decryptStringAsync: async (sealed: Buffer) => {
    const decipher = createDecipheriv('aes-256-gcm', readKey(), sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(12, 28));
    const text = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
    return { result: text.toString('utf8'), shouldReEncrypt: false };
  },
} satisfies Pick<
  SafeStorage,
  'decryptStringAsync' | 'encryptStringAsync' | 'getSelectedStorageBackend' | 'isAsyncEncryptionAvailable'
>;

type Template = readonly MenuItemConstructorOptions[];

const flatten = (items: Template): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);

/** A menu is its items: what can be read of it, and pressed. */
class StandInMenu {
  readonly template: Template;
  constructor(template: Template) {
    this.template = template;
  }
  labels(): string[] {
    return flatten(this.template).flatMap(({ label }) => label ?? []);
  }
  press(label: string): void {
    const item = flatten(this.template).find((each) => each.label === label);
    if (!item) throw new Error(`the menu has no ${label}`);
    if (item.click) item.click({} as Electron.MenuItem, undefined, {} as Electron.KeyboardEvent);
    else if (item.role === 'quit') app.quit();
    else throw new Error(`the stand-in does not do the role ${item.role}`);
  }
  popup(_options?: Electron.PopupOptions): void {
    record({ what: 'menu', labels: this.labels() });
  }
}

export const Menu = {
  buildFromTemplate: (template: MenuItemConstructorOptions[]) => new StandInMenu(template),
  setApplicationMenu: (menu: StandInMenu | null): void => {
    record({ what: 'menu', labels: menu?.labels() ?? [] });
    onCommand('press-menu', (label) => menu?.press(label));
  },
};

class StandInImage {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}
export const nativeImage = { createFromPath: (path: string) => new StandInImage(path) };

export class Tray extends EventEmitter implements Pick<Electron.Tray, 'destroy' | 'setToolTip'> {
  #image: StandInImage;
  #toolTip = '';
  #menu: StandInMenu | null = null;
  constructor(image: StandInImage) {
    super();
    this.#image = image;
    onCommand('click-tray', () => this.emit('click'));
  }
  setImage(image: StandInImage): void {
    this.#image = image;
  }
  setToolTip(text: string): void {
    this.#toolTip = text;
  }
  setContextMenu(menu: StandInMenu | null): void {
    this.#menu = menu;
    onCommand('press-tray', (label) => menu?.press(label));
    record({ what: 'tray', image: this.#image.path, toolTip: this.#toolTip, menu: this.#menu?.labels() ?? [] });
  }
  destroy(): void {
    record({ what: 'tray', image: null, toolTip: '', menu: [] });
  }
}

let notices = 0;
export class Notification extends EventEmitter implements Pick<Electron.Notification, 'body' | 'show' | 'title'> {
  title: string;
  body: string;
  static isSupported(): boolean {
    return true;
  }
  constructor({ title = '', body = '' }: Electron.NotificationConstructorOptions = {}) {
    super();
    this.title = title;
    this.body = body;
  }
  show(): void {
    const id = notices++;
    onCommand(`click-notification-${id}`, () => this.emit('click', {}));
    record({ what: 'notification', id, title: this.title, body: this.body });
  }
}
