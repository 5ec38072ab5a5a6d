import type { Session } from 'electron';

type Guarded = Pick<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setBluetoothPairingHandler'
  | 'setSpellCheckerEnabled'
  | 'on'
>;

/** The page needs none of what a browser can be asked for: not one permission, device, screen, download or dictionary. */
export function denyPermissions(session: Guarded): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  // What is only checked and never asked for (such as clipboard and storage) goes by this one.
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }));
  // Its dictionaries come from a server of Google's.
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
}
