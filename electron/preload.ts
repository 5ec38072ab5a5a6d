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

function subscribe(listener: (event: HostEvent) => void): () => void {
  const hear = (_event: IpcRendererEvent, told: HostEvent) => listener(told);
  ipcRenderer.on(eventChannel, hear);
  return () => {
    ipcRenderer.removeListener(eventChannel, hear);
  };
}

const calls = callNames.map((name) => [name, (input: unknown) => ask(name, input)] as const);
contextBridge.exposeInMainWorld('api', Object.freeze({ ...Object.fromEntries(calls), subscribe }));
