import type { MtprotoEndpoint, Target } from '../model/target.ts';
import type { TelegramData } from '../model/telegram.ts';

/**
 * The built-in targets of Telegram's data centres, one each, with every address on every port as an endpoint. IPv4 comes
 * before IPv6, then ports in the data's order, so that whoever stops early has tried each address once; a target's own
 * host and port are those of its first endpoint.
 */
export function telegramTargets(data: TelegramData): Target[] {
  return data.dataCentres.map(({ targetId, name, dc, addresses }) => {
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
    };
  });
}
