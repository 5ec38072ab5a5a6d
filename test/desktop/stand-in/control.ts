import { EventEmitter } from 'node:events';

/** How a test starts the stand-in; see start-desktop.ts. */
export interface StandInSettings {
  /** The browser's DevTools address. */
  readonly devTools: string;
  /** The machine's languages as BCP 47. */
  readonly languages: readonly string[];
  /** What Linux would keep secrets with. */
  readonly keyStore: 'gnome_libsecret' | 'basic_text';
  readonly isPackaged: boolean;
}

/** What the program did that a person would see or hear of. */
export type Record =
  | { readonly what: 'dialog'; readonly kind: 'save' | 'error'; readonly options: unknown }
  | { readonly what: 'notification'; readonly id: number; readonly title: string; readonly body: string }
  | { readonly what: 'tray'; readonly image: string | null; readonly toolTip: string; readonly menu: readonly string[] }
  | { readonly what: 'menu'; readonly labels: readonly string[] }
  | { readonly what: 'clipboard'; readonly text: string }
  | { readonly what: 'external'; readonly address: string }
  | { readonly what: 'folder'; readonly path: string }
  | {
      readonly what: 'request';
      readonly address: string;
      readonly outcome: 'served' | 'cancelled' | 'prevented' | 'no-network';
    }
  | { readonly what: 'print'; readonly address: string }
  | { readonly what: 'popup'; readonly address: string; readonly action: 'allow' | 'deny' }
  | { readonly what: 'window'; readonly event: string; readonly address: string; readonly targetId: string }
  | { readonly what: 'engine'; readonly event: 'spawn' | 'exit'; readonly pid: number | undefined }
  | { readonly what: 'theme'; readonly source: string };

export type Message =
  | { readonly type: 'record'; readonly record: Record }
  | { readonly type: 'done'; readonly id: number; readonly error: string | undefined };

export interface Command {
  readonly id: number;
  readonly name: string;
  readonly value: string;
}

/** What the test process wrote for this one; taken out of the environment before the program under test sees it. */
export const settings: StandInSettings = JSON.parse(process.env.WAYLIGHT_STAND_IN ?? '{}');
delete process.env.WAYLIGHT_STAND_IN;

const commands = new EventEmitter();

function post(message: Message): void {
  process.send?.(message);
}

/** Tells the test what happened. */
export function record(told: Record): void {
  post({ type: 'record', record: told });
}

/** What a person or the system does, by name, for tests to do. */
export function onCommand(name: string, act: (value: string) => unknown): void {
  commands.removeAllListeners(name);
  commands.on(name, async (id: number, value: string) => {
    try {
      await act(value);
      post({ type: 'done', id, error: undefined });
    } catch (error) {
      post({ type: 'done', id, error: String(error) });
    }
  });
}

process.on('message', ({ id, name, value }: Command) => {
  if (!commands.emit(name, id, value)) post({ type: 'done', id, error: `nothing here does ${name}` });
});
// Whoever waits for commands does not keep the program from ending.
process.channel?.unref();
