import type { ProxyRoute } from '../../model/route.ts';
import type { Dialer } from '../step.ts';

export type HttpProxyRoute = ProxyRoute & { readonly kind: 'http' | 'https' };
export function createHttpConnectDialer(_route: HttpProxyRoute): Dialer {
  throw new Error('in progress');
}
