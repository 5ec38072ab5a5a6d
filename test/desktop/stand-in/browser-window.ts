import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, BrowserWindow as ElectronWindow, Rectangle } from 'electron';
import { closeTarget, openTarget, watchPopups } from './browser.ts';
import { record } from './control.ts';
import { type StandInSession, session } from './session.ts';
import { StandInContents } from './web-contents.ts';

/** Told of each page there is and of the last window that closed; the app passes it on. */
export const windowEvents = new EventEmitter();
const windows = new Set<BrowserWindow>();

type Told =
  | 'close'
  | 'destroy'
  | 'focus'
  | 'getNormalBounds'
  | 'hide'
  | 'isDestroyed'
  | 'isMaximized'
  | 'isMinimized'
  | 'isVisible'
  | 'loadURL'
  | 'maximize'
  | 'restore'
  | 'setBackgroundColor'
  | 'show';

/** A window that is a page of a real Chromium. What only a desktop shows (in front, hidden, how large) is kept as state. */
export class BrowserWindow extends EventEmitter implements Pick<ElectronWindow, Told> {
  readonly webContents: StandInContents;
  #bounds: Rectangle;
  #isVisible: boolean;
  #isMaximized = false;
  #isDestroyed = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    const { x = 0, y = 0, width = 800, height = 600, show = true, webPreferences = {} } = options;
    const { sandbox, contextIsolation, nodeIntegration, preload, zoomFactor = 1, javascript } = webPreferences;
    if (!sandbox || !contextIsolation || nodeIntegration)
      throw new Error('the stand-in has sandboxed, isolated pages only');
    this.#bounds = { x, y, width, height };
    this.#isVisible = show;
    this.webContents = new StandInContents(
      (webPreferences.session as StandInSession | undefined) ?? session.defaultSession,
      { width, height },
    );
    windows.add(this);
    windowEvents.emit('contents', this.webContents);
    const steering = this.webContents.steer(openTarget({ width, height }), preload, javascript);
    this.webContents.setZoomFactor(zoomFactor);
    void steering.then(() => this.#tell('made'));
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    this.webContents.on('did-finish-load', () => this.#tell('loaded'));
    this.webContents.on('render-process-gone', () => this.#tell('lost'));
  }

  loadURL(address: string): Promise<void> {
    return this.webContents.loadURL(address);
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  isVisible(): boolean {
    return this.#isVisible;
  }
  isMinimized(): boolean {
    return false;
  }
  isMaximized(): boolean {
    return this.#isMaximized;
  }
  getNormalBounds(): Rectangle {
    return this.#bounds;
  }
  setBackgroundColor(_colour: string): void {}
  restore(): void {}
  maximize(): void {
    this.#isMaximized = true;
  }
  show(): void {
    this.#isVisible = true;
    this.#tell('shown');
  }
  hide(): void {
    this.#isVisible = false;
    this.#tell('hidden');
  }
  focus(): void {
    this.#tell('focused');
  }

  /** As when a person closes it: the program may keep it. */
  close(): void {
    const event = {
      defaultPrevented: false,
      preventDefault: () => {
        event.defaultPrevented = true;
      },
    };
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    windows.delete(this);
    this.webContents.gone();
    this.#tell('closed');
    void closeTarget(this.webContents.targetId);
    this.emit('closed');
    if (windows.size === 0) windowEvents.emit('all-closed');
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  #tell(event: string): void {
    const { targetId } = this.webContents;
    record({
      what: 'window',
      event,
      address: this.webContents.isDestroyed() ? '' : this.webContents.getURL(),
      targetId,
    });
  }
}

void watchPopups((opener, page) => {
  const contents = [...windows].map(({ webContents }) => webContents).find(({ targetId }) => targetId === opener);
  if (contents?.answerPopup(page.url) === 'deny') void closeTarget(page.targetId);
});
