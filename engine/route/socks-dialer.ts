import type { ProxyRoute } from '../../model/route.ts';
import type { Dialer } from '../step.ts';

export type SocksRoute = ProxyRoute & { readonly kind: 'socks4' | 'socks4a' | 'socks5' | 'socks5h' };
export function createSocksDialer(_route: SocksRoute): Dialer {
  throw new Error('in progress');
}
