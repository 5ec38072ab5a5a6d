import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect } from 'node:tls';

/** The bytes of a ClientHello as this Node's own TLS library writes it. */
export function realClientHello(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        done();
        // The hello is written before connect() has returned.
        setImmediate(() => secured.destroy());
        resolve(chunk);
      },
    });
    const secured = connect({ ...options, socket });
    secured.on('error', () => {});
  });
}
