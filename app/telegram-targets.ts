import type { MtprotoEndpoint, Target } from '../model/target.ts';
import type { TelegramData } from '../model/telegram.ts';

/** All that is tested of Telegram's own protocol: its data centres, then its WebSockets. */
export function telegramTargets(data: TelegramData): Target[] {
  return [...dataCentreTargets(data), ...websocketTargets(data)];
}

/**
 * The data centres, one target each, with every address on every port as an endpoint. IPv4 comes before IPv6, then ports
 * in the data's order, so that whoever stops early has tried each address once; a target's own host and port are those of
 * its first endpoint.
 */
function dataCentreTargets(data: TelegramData): Target[] {
  return data.dataCentres.map(({ targetId, name, dc, media, addresses }) => {
    const ipv4 = addresses.filter(({ address }) => !address.includes(':'));
    const ipv6 = addresses.filter(({ address }) => address.includes(':'));
    const endpoints: MtprotoEndpoint[] = [ipv4, ipv6].flatMap((family) =>
      data.ports.flatMap(({ port }) => family.map(({ address }) => ({ address, port, dc }))),
    );
    const [first] = endpoints;
    if (first === undefined) throw new RangeError(`${targetId} has no endpoint`);
    return {
      id: targetId,
      name,
      group: 'telegram',
      protocol: 'mtproto',
      host: first.address,
      port: first.port,
      endpoints,
      telegram: { dc: Math.abs(dc), media },
    };
  });
}

/** The hosts of the web client, `telegram-ws1` to `telegram-ws5` and their media twins. */
function websocketTargets(data: TelegramData): Target[] {
  return data.websockets.map(({ url, dc, media }) => ({
    id: `telegram-ws${dc}${media ? '-media' : ''}`,
    name: `Telegram WebSocket ${dc}${media ? ' media' : ''}`,
    group: 'telegram',
    protocol: 'websocket',
    url,
    host: new URL(url).hostname,
    port: 443,
    telegram: { dc, media },
  }));
}
