import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import { callNames } from '../model/call-names.ts';
import type { Answer, HostEvent } from '../model/contract.ts';
import { callChannel, eventChannel } from './channels.ts';

/** What the page is given: the contract's calls by name, and the host's events. Nothing of Electron's reaches it. */
async function ask(name: string, input: unknown): Promise<Answer<unknown>> {
  try {
    return await ipcRenderer.invoke(callChannel, name, input);
  } catch {
    // Electron's message may tell of the main process; the page needs to know only that it did not work.
    return { ok: false, problems: [{ code: 'defect', params: { name: 'ipc' } }] };
  }
}

const listeners = new Set<(event: HostEvent) => void>();
/** The screen a link or the tray asked for while the page was still getting ready to listen. */
let missed: HostEvent | undefined;

ipcRenderer.on(eventChannel, (_event: IpcRendererEvent, told: HostEvent) => {
  if (listeners.size === 0 && told.type === 'show') missed = told;
  for (const listener of listeners) listener(told);
});

function subscribe(listener: (event: HostEvent) => void): () => void {
  // The same function twice is two subscriptions.
  const own = (event: HostEvent) => listener(event);
  listeners.add(own);
  const first = missed;
  missed = undefined;
  if (first) queueMicrotask(() => own(first));
  return () => {
    listeners.delete(own);
  };
}

const calls = callNames.map((name) => [name, (input: unknown) => ask(name, input)] as const);
contextBridge.exposeInMainWorld('api', Object.freeze({ ...Object.fromEntries(calls), subscribe }));
