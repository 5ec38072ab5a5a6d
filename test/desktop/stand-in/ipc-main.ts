import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import type { StandInInvokeEvent } from './web-contents.ts';

type Listener = Parameters<IpcMain['handle']>[1];

const handlers = new Map<string, Listener>();

export const ipcMain = {
  handle: (channel: string, listener: Listener): void => {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, listener);
  },
} satisfies Pick<IpcMain, 'handle'>;

/** A page's call. Rejects as Electron does where nobody handles it. */
export async function invoked(channel: string, event: StandInInvokeEvent, words: readonly unknown[]): Promise<unknown> {
  const handler = handlers.get(channel);
  if (!handler) throw new Error(`No handler registered for '${channel}'`);
  return handler(event as unknown as IpcMainInvokeEvent, ...words);
}
