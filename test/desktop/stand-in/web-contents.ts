import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { HandlerDetails, PrintToPDFOptions, Size, WebContents, WindowOpenHandlerResponse } from 'electron';
import { fromPage, toPage } from './addresses.ts';
import { answerRequest, type PausedRequest } from './answer-request.ts';
import { applyPermissions } from './apply-permissions.ts';
import { createCodec } from './codec.ts';
import { record } from './control.ts';
import type { DevTools } from './devtools.ts';
import { createFrames, type StandInFrame } from './frames.ts';
import { invoked } from './ipc-main.ts';
import type { StandInSession } from './session.ts';
import { isolatedWorld, mainWorld } from './worlds.ts';

const worldName = 'Electron Isolated Context';
const binding = 'standInSend';
const codec = createCodec();

interface Bound {
  readonly name: string;
  readonly payload: string;
  readonly executionContextId: number;
}

function preventable(rest: object) {
  const event = {
    ...rest,
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
  };
  return event;
}

type Told =
  | 'getURL'
  | 'isDestroyed'
  | 'loadURL'
  | 'printToPDF'
  | 'reload'
  | 'send'
  | 'setWebRTCIPHandlingPolicy'
  | 'setWindowOpenHandler'
  | 'setZoomFactor';

interface Target {
  readonly page: DevTools;
  readonly browser: DevTools;
  readonly targetId: string;
}

/** A page of a real Chromium, with Electron's manners. */
export class StandInContents extends EventEmitter implements Pick<WebContents, Told> {
  readonly session: StandInSession;
  targetId = '';
  #page: DevTools | undefined;
  #frames = createFrames(worldName);
  #address = '';
  /** What the program itself loads asks no navigation handler. */
  #expected: string | undefined;
  #isGone = false;
  #zoom = 1;
  #size: Size;
  #opened: Promise<void> | undefined;
  #openHandler: (details: HandlerDetails) => WindowOpenHandlerResponse = () => ({ action: 'allow' });

  constructor(session: StandInSession, size: Size) {
    super();
    this.session = session;
    this.#size = size;
  }

  setWindowOpenHandler(handler: (details: HandlerDetails) => WindowOpenHandlerResponse): void {
    this.#openHandler = handler;
  }
  setWebRTCIPHandlingPolicy(_policy: Parameters<WebContents['setWebRTCIPHandlingPolicy']>[0]): void {}
  isDestroyed(): boolean {
    return this.#isGone;
  }
  getURL(): string {
    return this.#address;
  }
  reload(): void {
    void this.loadURL(this.#address);
  }
  setZoomFactor(factor: number): void {
    if (factor === this.#zoom) return;
    this.#zoom = factor;
    // Zoomed in, a window holds fewer of the page's pixels, each of them larger.
    const size = { width: Math.round(this.#size.width / factor), height: Math.round(this.#size.height / factor) };
    const metrics = { ...size, deviceScaleFactor: factor, mobile: false };
    void this.#opened?.then(() => this.#page?.send('Emulation.setDeviceMetricsOverride', metrics)).catch(() => {});
  }
  /** Chromium's own printing, which Electron's is too (Page.printToPDF). Inches, as in electron.d.ts. */
  async printToPDF(options: PrintToPDFOptions): Promise<Buffer> {
    const { pageSize, margins, ...same } = options;
    if (pageSize !== 'A4' || margins !== undefined)
      throw new Error('the stand-in prints A4 with the margins of the page');
    await this.#opened;
    const fields = { ...same, paperWidth: 8.27, paperHeight: 11.7, transferMode: 'ReturnAsBase64' };
    const printed = await this.#page?.send<{ data: string }>('Page.printToPDF', fields);
    if (!printed) throw new Error('there is no page to print');
    record({ what: 'print', address: this.#address });
    return Buffer.from(printed.data, 'base64');
  }
  send(channel: string, ...words: unknown[]): void {
    this.#run('hear', codec.write({ channel, words }));
  }

  async loadURL(address: string): Promise<void> {
    await this.#opened;
    this.#address = address;
    this.#expected = toPage(address);
    const loaded = new Promise((done) => this.once('did-finish-load', done));
    const { errorText } =
      (await this.#page?.send<{ errorText?: string }>('Page.navigate', { url: toPage(address) })) ?? {};
    if (errorText) throw new Error(`${errorText} loading '${address}'`);
    await loaded;
  }

  /** Steers a target as soon as the browser has made it. */
  steer(opening: Promise<Target>, preload: string | undefined, runsScripts = true): Promise<void> {
    this.#opened = opening.then(async ({ page, browser, targetId }) => {
      this.#page = page;
      this.targetId = targetId;
      if (!runsScripts) await page.send('Emulation.setScriptExecutionDisabled', { value: true });
      await this.#prepare(page, browser, preload);
    });
    return this.#opened;
  }

  gone(): void {
    this.#isGone = true;
    this.emit('destroyed');
  }

  /** A page that was opened by this one: whether it may stay is the program's to say. */
  answerPopup(address: string): 'allow' | 'deny' {
    const details: HandlerDetails = {
      url: fromPage(address),
      frameName: '',
      features: '',
      disposition: 'foreground-tab',
      referrer: { url: '', policy: 'default' },
    };
    const { action } = this.#openHandler(details);
    record({ what: 'popup', address: details.url, action });
    return action;
  }

  async #prepare(page: DevTools, browser: DevTools, preload: string | undefined): Promise<void> {
    const frames = this.#frames;
    page.on('Runtime.executionContextCreated', frames.contextCreated);
    page.on('Runtime.executionContextDestroyed', frames.contextDestroyed);
    page.on('Runtime.executionContextsCleared', frames.contextsCleared);
    page.on('Page.frameNavigated', frames.navigated);
    page.on('Page.frameDetached', frames.detached);
    page.on('Page.loadEventFired', () => this.emit('did-finish-load'));
    page.on('Fetch.requestPaused', (paused: PausedRequest) => {
      const mayNavigate = (url: string) => this.#mayNavigate(paused.frameId, paused.request.url, url);
      void answerRequest(page, paused, this.session, mayNavigate).catch(() => {});
    });
    page.on('Runtime.bindingCalled', (bound: Bound) => this.#hear(bound));
    page.on('Inspector.targetCrashed', () => {
      frames.contextsCleared();
      this.emit('render-process-gone', preventable({}), { reason: 'crashed', exitCode: 5 });
    });
    await Promise.all(['Page.enable', 'Runtime.enable', 'Inspector.enable'].map((method) => page.send(method)));
    await page.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    await page.send('Runtime.addBinding', { name: binding, executionContextName: worldName });
    const secret = randomBytes(16).toString('hex');
    await page.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${mainWorld})(${JSON.stringify(secret)})` });
    if (preload !== undefined) await this.#addPreload(page, secret, await readFile(preload, 'utf8'));
    await applyPermissions(browser, this.session);
  }

  async #addPreload(page: DevTools, secret: string, text: string): Promise<void> {
    const words = [JSON.stringify(secret), JSON.stringify(binding), `(${createCodec})()`];
    const preload = `function (require, module, exports) { ${text}\n}`;
    const source = `(${isolatedWorld})(${words.join(', ')}, ${preload})`;
    await page.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName });
  }

  #run(name: 'hear' | 'settle', text: string): void {
    const contextId = this.#frames.preloadContext();
    // As in Electron: what nobody is there to hear is lost.
    if (contextId === undefined) return;
    const expression = `standIn.${name}(${JSON.stringify(text)})`;
    void this.#page?.send('Runtime.evaluate', { expression, contextId }).catch(() => {});
  }

  #hear({ name, payload, executionContextId }: Bound): void {
    if (name !== binding) return;
    const senderFrame = this.#frames.senderOf(executionContextId);
    const { kind, id, channel, words } = codec.read(payload) as {
      readonly kind: 'invoke' | 'open' | 'send';
      readonly id: number;
      readonly channel: string;
      readonly words: unknown[];
    };
    if (kind === 'open' && this.answerPopup(channel) === 'allow') throw new Error('the stand-in opens no second page');
    if (kind !== 'invoke') return;
    const event = { ...preventable({}), type: 'frame', sender: this, senderFrame, frameId: 1, processId: 1 } as const;
    void invoked(channel, event, words).then(
      (value) => this.#run('settle', codec.write({ id, value, error: undefined })),
      (error: unknown) =>
        this.#run(
          'settle',
          codec.write({ id, value: undefined, error: `Error invoking remote method '${channel}': ${error}` }),
        ),
    );
  }

  #mayNavigate(frameId: string, pageAddress: string, url: string): boolean {
    const isMainFrame = this.#frames.isMain(frameId);
    if (isMainFrame && this.#expected === pageAddress) {
      this.#expected = undefined;
      return true;
    }
    const event = preventable({ url, isSameDocument: false, isMainFrame, frame: null });
    this.emit('will-frame-navigate', event);
    if (isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event, url, false, true, 1, 1);
    return !event.defaultPrevented;
  }
}

/** What `ipcMain.handle` gives its listener. */
export interface StandInInvokeEvent {
  readonly type: 'frame';
  readonly sender: StandInContents;
  readonly senderFrame: StandInFrame | null;
}
