import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { HandlerDetails, WebContents, WindowOpenHandlerResponse } from 'electron';
import { fromPage, toPage } from './addresses.ts';
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

interface Paused {
  readonly requestId: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly request: { readonly url: string; readonly method: string };
}

interface Bound {
  readonly name: string;
  readonly payload: string;
  readonly executionContextId: number;
}

/** Permissions of Chromium's that a page can hold, each with Electron's own name for it. */
const permissions = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['midi', 'midi'],
  ['camera', 'media'],
  ['microphone', 'media'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-write', 'clipboard-sanitized-write'],
  ['idle-detection', 'idle-detection'],
] as const;

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
  #opened: Promise<void> | undefined;
  #openHandler: (details: HandlerDetails) => WindowOpenHandlerResponse = () => ({ action: 'allow' });

  constructor(session: StandInSession) {
    super();
    this.session = session;
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
    const metrics = { width: 0, height: 0, deviceScaleFactor: factor, mobile: false };
    void this.#page?.send('Emulation.setDeviceMetricsOverride', metrics).catch(() => {});
  }
  send(channel: string, ...words: unknown[]): void {
    this.#run('hear', codec.write({ channel, words }));
  }

  async loadURL(address: string): Promise<void> {
    await this.#opened;
    this.#address = address;
    this.#expected = toPage(address);
    const { errorText } =
      (await this.#page?.send<{ errorText?: string }>('Page.navigate', { url: toPage(address) })) ?? {};
    if (errorText) throw new Error(`${errorText} loading '${address}'`);
  }

  /** Steers a target as soon as the browser has made it. */
  steer(opening: Promise<Target>, preload: string | undefined): Promise<void> {
    this.#opened = opening.then(({ page, browser, targetId }) => {
      this.#page = page;
      this.targetId = targetId;
      return this.#prepare(page, browser, preload);
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
    page.on('Fetch.requestPaused', (paused: Paused) => void this.#answer(page, paused).catch(() => {}));
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
    for (const [name, ours] of permissions) {
      const allowed = this.session.permissionCheck?.(null, ours, 'app://waylight', { isMainFrame: true }) ?? true;
      const fields = { permission: { name }, setting: allowed ? 'granted' : 'denied' };
      await browser.send('Browser.setPermission', fields);
    }
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
      readonly kind: 'invoke' | 'send';
      readonly id: number;
      readonly channel: string;
      readonly words: unknown[];
    };
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

  async #answer(page: DevTools, { requestId, frameId, resourceType, request }: Paused): Promise<void> {
    const url = fromPage(request.url);
    const fail = (errorReason: string) => page.send('Fetch.failRequest', { requestId, errorReason });
    if (resourceType === 'Document' && !this.#mayNavigate(frameId, request.url, url)) {
      record({ what: 'request', address: url, outcome: 'prevented' });
      return void (await fail('Aborted'));
    }
    const kind = resourceType === 'Document' ? 'mainFrame' : 'other';
    if (await this.session.isCancelled({ url, method: request.method, resourceType: kind })) {
      record({ what: 'request', address: url, outcome: 'cancelled' });
      return void (await fail('BlockedByClient'));
    }
    const handler = this.session.schemes.get(url.split(':')[0] ?? '');
    if (!handler) {
      // A stand-in has no network: what the program lets through ends here, and is told.
      record({ what: 'request', address: url, outcome: 'no-network' });
      return void (await fail('AddressUnreachable'));
    }
    const response = await handler(new Request(url, { method: request.method }));
    record({ what: 'request', address: url, outcome: 'served' });
    await page.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    });
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
