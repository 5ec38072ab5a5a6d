import type { Session } from 'electron';
import { isAppAddress } from './app-address.ts';

/**
 * Cancels every request of a session but those for this app's own files. The content policy forbids them too; this holds
 * where a page got around it.
 * @param allow further addresses: developer tools, or the release page for the updater's session
 */
export function filterRequests(session: Pick<Session, 'webRequest'>, allow = (_address: string) => false): void {
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !isAppAddress(url) && !allow(url) }));
}
