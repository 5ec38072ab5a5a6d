import telegram from '../data/telegram.json' with { type: 'json' };
import type { Endpoint } from '../model/address.ts';
import type { Internet } from './internet.ts';
import type { SiteDeclaration } from './scenario.ts';
import { serveTelegram } from './telegram-server.ts';

/** Telegram's address for the web (AS 62041); all its hosts are put there, which is simpler than life. */
const webAddress = '149.154.167.99';

/** Puts every known data centre on its addresses and ports. */
export function serveTelegramNetwork(internet: Internet): void {
  for (const { dc, addresses } of telegram.dataCentres) {
    for (const { address } of addresses) {
      for (const { port } of telegram.ports) {
        internet.serve({ address, port }, (socket) => serveTelegram(socket, { dc: Math.abs(dc) }));
      }
    }
  }
}

/** Where a proxy finds a data centre; a negative number asks for its media. Undefined for one that nobody knows. */
export function telegramEndpoint(dc: number): Endpoint | undefined {
  const address = telegram.dataCentres.find((candidate) => candidate.dc === Math.abs(dc))?.addresses[0]?.address;
  const port = telegram.ports[0]?.port;
  return address === undefined || port === undefined ? undefined : { address, port };
}

/** The hosts of the web client's WebSockets. */
export function telegramWebsocketSites(): SiteDeclaration[] {
  return telegram.websockets.map(({ url, dc }) => ({
    host: new URL(url).hostname,
    addresses: [webAddress],
    answer: { kind: 'telegram-websocket', dc },
  }));
}

/**
 * What a provider drops that drops Telegram: its ranges, and the data centres outside of them, which the lists of 2018
 * named address by address.
 */
export const telegramPrefixes: readonly string[] = [
  ...telegram.ranges.map(({ prefix }) => prefix),
  ...telegram.dataCentres.flatMap(({ addresses }) =>
    addresses.map(({ address }) => `${address}/${address.includes(':') ? 128 : 32}`),
  ),
];
