import type { Codec } from './codec.ts';

/**
 * The two worlds of a page, as Electron has them. Each function below runs in the page by its own source and sees nothing of
 * this module. They speak through events of a secret name: Chromium clones an event's `detail` between worlds, so no object
 * is ever shared, and functions travel as numbers.
 */

interface Told {
  readonly detail: Record<string, unknown>;
}
/** The little of the DOM these functions use. */
interface PageWindow {
  readonly top: unknown;
  addEventListener(name: string, listener: (event: Told) => void): void;
  dispatchEvent(event: unknown): boolean;
}
type MakeEvent = new (name: string, options: { readonly detail: unknown }) => unknown;

/** The page's own world: makes functions of numbers, and hangs what the preload script exposes on `window`. */
export function mainWorld(secret: string): void {
  const page = globalThis as unknown as PageWindow & { readonly CustomEvent: MakeEvent };
  if (page.top !== page) return;
  const { CustomEvent } = page;
  const dispatch = page.dispatchEvent.bind(page);
  const tell = (what: string, detail: unknown) => dispatch(new CustomEvent(`${secret}:${what}`, { detail }));
  const listeners = new Map<number, (...words: unknown[]) => unknown>();
  const promises = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let nextId = 1;
  let returned: Record<string, unknown> = {};

  const giveOut = (value: unknown): unknown => {
    if (typeof value !== 'function') return { value };
    const id = nextId++;
    listeners.set(id, value as (...words: unknown[]) => unknown);
    return { listener: id };
  };
  const takeIn = (tree: Record<string, unknown>): unknown => {
    if ('call' in tree) return callable(tree.call as number);
    if ('promise' in tree) {
      return new Promise((resolve, reject) => promises.set(tree.promise as number, { resolve, reject }));
    }
    if ('fields' in tree) {
      const fields = tree.fields as [string, Record<string, unknown>][];
      return Object.freeze(Object.fromEntries(fields.map(([key, each]) => [key, takeIn(each)])));
    }
    return tree.value;
  };
  const callable = (id: number) =>
    Object.freeze((...words: unknown[]) => {
      tell('call', { id, words: words.map(giveOut) });
      if ('error' in returned) throw new Error(String(returned.error));
      return takeIn(returned);
    });

  // Electron asks the program before there is a window, and a page that may open none is given null. A real one would be
  // there first, and closing it while a debugger holds it has been seen to hold its opener too.
  Object.defineProperty(globalThis, 'open', {
    value: (address?: unknown) => {
      tell('open', { address: address === undefined ? '' : String(address) });
      return null;
    },
    writable: true,
    configurable: true,
  });
  page.addEventListener(`${secret}:return`, ({ detail }) => {
    returned = detail;
  });
  page.addEventListener(`${secret}:settle`, ({ detail }) => {
    const { promise, error, tree } = detail;
    const waiting = promises.get(promise as number);
    promises.delete(promise as number);
    if (tree === undefined) waiting?.reject(new Error(String(error)));
    else waiting?.resolve(takeIn(tree as Record<string, unknown>));
  });
  page.addEventListener(`${secret}:listener`, ({ detail: { id, words } }) => {
    listeners.get(id as number)?.(...(words as unknown[]));
  });
  page.addEventListener(`${secret}:expose`, ({ detail: { key, tree } }) => {
    Object.defineProperty(globalThis, key as string, {
      value: takeIn(tree as Record<string, unknown>),
      enumerable: true,
      writable: false,
      configurable: false,
    });
  });
}

/** The isolated world: Electron's two objects for a sandboxed preload script, and then the script itself. */
export function isolatedWorld(
  secret: string,
  binding: string,
  { read, write }: Codec,
  preload: (require: (name: string) => unknown, module: object, exports: object) => void,
): void {
  const page = globalThis as unknown as PageWindow & { readonly CustomEvent: MakeEvent };
  // `nodeIntegrationInSubFrames` is off: no preload script in frames.
  if (page.top !== page) return;
  const send = (globalThis as unknown as Record<string, (text: string) => void>)[binding] as (text: string) => void;
  const tell = (what: string, detail: unknown) =>
    page.dispatchEvent(new page.CustomEvent(`${secret}:${what}`, { detail }));
  const calls = new Map<number, (...words: unknown[]) => unknown>();
  const heard = new Map<string, Set<(...words: unknown[]) => void>>();
  const invoked = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let nextId = 1;

  const giveOut = (value: unknown): Record<string, unknown> => {
    if (typeof value === 'function') {
      const id = nextId++;
      calls.set(id, value as (...words: unknown[]) => unknown);
      return { call: id };
    }
    if (value instanceof Promise) {
      const promise = nextId++;
      value.then(
        (settled) => tell('settle', { promise, tree: giveOut(settled) }),
        (error: unknown) => tell('settle', { promise, error: error instanceof Error ? error.message : String(error) }),
      );
      return { promise };
    }
    const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isPlain) return { value };
    return { fields: Object.entries(value).map(([key, each]) => [key, giveOut(each)]) };
  };
  const takeIn = (given: Record<string, unknown>): unknown =>
    'listener' in given ? (...words: unknown[]) => void tell('listener', { id: given.listener, words }) : given.value;

  page.addEventListener(`${secret}:open`, ({ detail: { address } }) => {
    send(write({ kind: 'open', id: 0, channel: String(address), words: [] }));
  });
  page.addEventListener(`${secret}:call`, ({ detail: { id, words } }) => {
    try {
      const call = calls.get(id as number);
      const answer = call?.(...(words as Record<string, unknown>[]).map(takeIn));
      tell('return', giveOut(answer));
    } catch (error) {
      tell('return', { error: error instanceof Error ? error.message : String(error) });
    }
  });

  const ipcRenderer = {
    invoke: (channel: string, ...words: unknown[]) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        send(write({ kind: 'invoke', id, channel, words }));
        invoked.set(id, { resolve, reject });
      }),
    send: (channel: string, ...words: unknown[]) => send(write({ kind: 'send', id: 0, channel, words })),
    on: (channel: string, listener: (...words: unknown[]) => void) => {
      const listeners = heard.get(channel) ?? new Set();
      heard.set(channel, listeners.add(listener));
      return ipcRenderer;
    },
    removeListener: (channel: string, listener: (...words: unknown[]) => void) => {
      heard.get(channel)?.delete(listener);
      return ipcRenderer;
    },
  };
  const contextBridge = {
    exposeInMainWorld: (key: string, api: unknown) => {
      tell('expose', { key, tree: giveOut(api) });
    },
  };
  Object.defineProperty(globalThis, 'standIn', {
    value: {
      settle: (text: string) => {
        const { id, value, error } = read(text) as { id: number; value: unknown; error: string | undefined };
        const waiting = invoked.get(id);
        invoked.delete(id);
        if (error === undefined) waiting?.resolve(value);
        else waiting?.reject(new Error(error));
      },
      hear: (text: string) => {
        const { channel, words } = read(text) as { channel: string; words: unknown[] };
        for (const listener of heard.get(channel) ?? []) listener({ sender: ipcRenderer, ports: [] }, ...words);
      },
    },
  });
  const module = { exports: {} };
  const require = (name: string) => {
    if (name === 'electron') return { contextBridge, ipcRenderer };
    throw new Error(`module not found: ${name}`);
  };
  preload(require, module, module.exports);
}
