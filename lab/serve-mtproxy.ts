import { isIP } from 'node:net';
import { parseSecret } from '../engine/mtproxy/parse-secret.ts';
import type { Service } from './internet.ts';
import { createMtproxyServer } from './mtproxy-server.ts';
import { pause } from './pause.ts';
import type { Abroad } from './proxy-server.ts';
import type { LabMtproxy } from './scenario.ts';
import { telegramEndpoint } from './telegram-network.ts';

/** Puts an MTProxy on its address; a broken one leaves the address silent, or the port shut. */
export function serveMtproxy(proxy: LabMtproxy, abroad: Abroad): void {
  const { internet } = abroad;
  const at = { address: proxy.address, port: proxy.port };
  if (isIP(proxy.host) === 0) internet.name(proxy.host, [proxy.address]);
  if (proxy.state === 'silent') internet.silenceAddress(proxy.address);
  else internet.serve(at, proxy.state === 'refuses' ? null : createService(proxy, abroad));
}

function createService(proxy: LabMtproxy, { internet, loopback, latencyMs }: Abroad): Service {
  const parsed = parseSecret(proxy.secret);
  if (!parsed.ok) throw new RangeError(`the secret of ${proxy.id} is unusable: ${parsed.problem}`);
  const { secret } = parsed;
  const mask = secret.kind === 'fake-tls' ? internet.resolve(secret.domain.toLowerCase())?.a[0] : undefined;
  return createMtproxyServer({
    secret,
    tolerance: proxy.tolerance,
    longestHello: proxy.longestHello,
    delayMs: latencyMs / 2,
    dialTelegram: async (dc) => {
      const to = telegramEndpoint(dc);
      if (to === undefined) throw new RangeError('no such data centre');
      await pause(latencyMs, loopback.closing);
      return internet.dial(to, 'abroad');
    },
    dialMask: mask === undefined ? undefined : () => internet.dial({ address: mask, port: 443 }, 'abroad'),
  });
}
