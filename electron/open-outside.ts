import type { Shell } from 'electron';
import { outsideLinks } from '../app/host/outside-links.ts';
import type { HandOver, LinkName } from '../model/contract.ts';

const openOrigins: ReadonlySet<string> = new Set(Object.values(outsideLinks).map((link) => new URL(link).origin));
/** As app/export-route.ts writes them: a server, a port, and what belongs to it. */
const telegramLink = /^tg:\/\/(?:proxy|socks)\?[\w.~%=&+!*'()-]+$/;

/** Whether an address may be handed to the system: https, and one of our own pages' origins, exactly. */
export function mayOpen(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && openOrigins.has(url.origin) && url.username === '' && url.password === '';
}

/** The system opens whatever it is given, programs too, so nothing else in this app calls it. */
export async function openLink(shell: Pick<Shell, 'openExternal'>, link: LinkName): Promise<HandOver> {
  const address = Object.hasOwn(outsideLinks, link) ? outsideLinks[link] : '';
  if (!mayOpen(address)) throw new Error('not a page of ours');
  try {
    await shell.openExternal(address);
    return { outcome: 'done' };
  } catch {
    return { outcome: 'given', text: address };
  }
}

/**
 * Rejects where the system knows no program for it, without repeating the link: it may hold a password or a secret, and the
 * page is not to have it.
 */
export async function openTelegramLink(shell: Pick<Shell, 'openExternal'>, link: string): Promise<HandOver> {
  if (link.length > 4096 || !telegramLink.test(link)) throw new Error('not a link of ours');
  try {
    await shell.openExternal(link);
  } catch {
    throw new Error('no program opens Telegram links here');
  }
  return { outcome: 'done' };
}
