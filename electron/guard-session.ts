import type { Session } from 'electron';
import { denyPermissions } from './deny-permissions.ts';
import { filterRequests } from './filter-requests.ts';

const guarded = new WeakSet<object>();

/** Every session there is or ever will be gets the same walls, whoever makes it. */
export function guardSession(session: Session, isPackaged: boolean): void {
  if (guarded.has(session)) return;
  guarded.add(session);
  denyPermissions(session);
  filterRequests(session, (address) => !isPackaged && address.startsWith('devtools://'));
}
