import type { Route } from '../../model/route.ts';
import type { Dialer } from '../step.ts';
import { createDirectDialer } from './direct-dialer.ts';
import { createHttpConnectDialer } from './http-connect-dialer.ts';
import { createSocksDialer } from './socks-dialer.ts';

/**
 * The dialer of a route. Throws a TypeError for an MTProxy route: it relays one protocol's packets, not a byte stream to
 * a destination of our choice.
 */
export function createDialer(route: Route): Dialer {
  switch (route.kind) {
    case 'direct':
    case 'interface':
      return createDirectDialer(route);
    case 'socks4':
    case 'socks4a':
    case 'socks5':
    case 'socks5h':
      return createSocksDialer({ ...route, kind: route.kind });
    case 'http':
    case 'https':
      return createHttpConnectDialer({ ...route, kind: route.kind });
    case 'mtproxy':
      throw new TypeError('mtproxy is not a byte-stream route');
  }
}
