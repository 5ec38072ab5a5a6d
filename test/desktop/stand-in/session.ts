import { EventEmitter } from 'node:events';
import type { CallbackResponse, OnBeforeRequestListenerDetails, Session } from 'electron';

type Handler = Parameters<Session['protocol']['handle']>[1];
type Filter = (details: OnBeforeRequestListenerDetails, callback: (response: CallbackResponse) => void) => void;

/** Told of each session there is; the app passes it on. */
export const sessionEvents = new EventEmitter();

type Told =
  | 'setPermissionCheckHandler'
  | 'setPermissionRequestHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setBluetoothPairingHandler'
  | 'setSpellCheckerEnabled'
  | 'resolveProxy';

export class StandInSession extends EventEmitter implements Pick<Session, Told> {
  readonly schemes = new Map<string, Handler>();
  filter: Filter | undefined;
  permissionCheck: Parameters<Session['setPermissionCheckHandler']>[0] = null;

  readonly protocol = {
    handle: (scheme: string, handler: Handler): void => {
      if (this.schemes.has(scheme)) throw new Error(`The scheme has been registered: ${scheme}`);
      this.schemes.set(scheme, handler);
    },
  } satisfies Pick<Electron.Protocol, 'handle'>;

  readonly webRequest = {
    // Electron takes a filter of addresses before it too; nobody here uses one.
    onBeforeRequest: (listener: Filter | null): void => {
      this.filter = listener ?? undefined;
    },
  };

  setPermissionCheckHandler(handler: Parameters<Session['setPermissionCheckHandler']>[0]): void {
    this.permissionCheck = handler;
  }
  // What the page would be asked for it is refused by the check, as Chromium asks that one first here.
  setPermissionRequestHandler(_handler: Parameters<Session['setPermissionRequestHandler']>[0]): void {}
  setDevicePermissionHandler(_handler: Parameters<Session['setDevicePermissionHandler']>[0]): void {}
  setDisplayMediaRequestHandler(_handler: Parameters<Session['setDisplayMediaRequestHandler']>[0]): void {}
  setBluetoothPairingHandler(_handler: Parameters<Session['setBluetoothPairingHandler']>[0]): void {}
  setSpellCheckerEnabled(_enabled: boolean): void {}
  async resolveProxy(_address: string): Promise<string> {
    return 'DIRECT';
  }

  /** Whether the program cancels a request; without a filter nothing is. */
  async isCancelled(
    details: Pick<OnBeforeRequestListenerDetails, 'url' | 'method' | 'resourceType'>,
  ): Promise<boolean> {
    const { filter } = this;
    if (!filter) return false;
    const rest = { id: 0, referrer: '', timestamp: Date.now(), uploadData: [] };
    return new Promise((resolve) => filter({ ...rest, ...details }, ({ cancel }) => resolve(cancel === true)));
  }
}

const partitions = new Map<string, StandInSession>();

function open(name: string): StandInSession {
  const known = partitions.get(name);
  if (known) return known;
  const made = new StandInSession();
  partitions.set(name, made);
  sessionEvents.emit('made', made);
  return made;
}

export const session = {
  fromPartition: (partition: string, _options?: Electron.FromPartitionOptions) => open(partition),
  get defaultSession() {
    return open('');
  },
};
