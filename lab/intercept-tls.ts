import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import { acceptTls } from './accept-tls.ts';
import type { Authority } from './authority.ts';
import { joinStreams } from './join-streams.ts';

/** Stands in for a TLS server: shows a certificate of the interceptor's own making and reads along with what passes. */
export function interceptTls(client: Socket, authority: Authority, dialServer: () => Promise<Socket>): void {
  acceptTls(
    client,
    (name) => authority.serverContext(name ?? 'unknown.example'),
    (secured) => {
      secured.pause();
      dialServer().then(
        (socket) => {
          const servername = typeof secured.servername === 'string' ? secured.servername : '';
          const server = connect({ socket, servername, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
          joinStreams(secured, server, 0);
        },
        () => secured.destroy(),
      );
    },
  );
}
