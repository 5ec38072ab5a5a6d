import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';

/**
 * Serves TLS on an accepted socket. `contextFor` is asked for the certificate by server name, and for the one that is shown
 * when the client names none. A failed handshake ends the socket and calls nobody.
 */
export function acceptTls(
  socket: Socket,
  contextFor: (serverName: string | undefined) => SecureContext,
  onSecure: (secured: TLSSocket) => void,
): void {
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext: contextFor(undefined),
    SNICallback: (name, done) => done(null, contextFor(name.toLowerCase())),
    ALPNProtocols: ['http/1.1'],
  });
  secured.on('error', () => secured.destroy());
  secured.once('secure', () => onSecure(secured));
}
