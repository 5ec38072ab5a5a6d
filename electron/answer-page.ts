import type { IpcMain, IpcMainInvokeEvent, WebFrameMain } from 'electron';
import type { Host } from '../app/host/ports.ts';
import type { Answer } from '../model/contract.ts';
import { appOrigin, isAppAddress } from './app-address.ts';
import { callChannel } from './channels.ts';

/** What the gate looks at of a call's sender. */
export interface Sender {
  readonly senderFrame: Pick<WebFrameMain, 'origin' | 'url' | 'parent' | 'detached' | 'isDestroyed'> | null;
}

/**
 * The gate between a page and the host: only the top frame of this app's own page is heard. Answers with data and never
 * rejects, because a rejection would carry the main process's message across.
 */
export function answerPage(ipcMain: Pick<IpcMain, 'handle'>, host: Pick<Host, 'call'>): void {
  ipcMain.handle(callChannel, (event: IpcMainInvokeEvent, name: unknown, input: unknown) =>
    answerCall(event, host, name, input),
  );
}

export async function answerCall(
  sender: Sender,
  host: Pick<Host, 'call'>,
  name: unknown,
  input: unknown,
): Promise<Answer<unknown>> {
  if (!isOwnPage(sender)) return { ok: false, problems: [{ code: 'call-refused' }] };
  try {
    return await host.call(name, input);
  } catch {
    return { ok: false, problems: [{ code: 'defect', params: { name: 'host' } }] };
  }
}

/** False for a frame that is gone or was replaced meanwhile: Electron gives null, or throws when it is read. */
function isOwnPage(sender: Sender): boolean {
  try {
    const frame = sender.senderFrame;
    if (frame === null || frame.isDestroyed() || frame.detached || frame.parent !== null) return false;
    return frame.origin === appOrigin && isAppAddress(frame.url);
  } catch {
    return false;
  }
}
