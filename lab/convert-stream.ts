import { Duplex } from 'node:stream';

export interface Conversion {
  /** Null ends the stream: what came cannot be what it should be. */
  receive(chunk: Buffer): Uint8Array | null;
  send(chunk: Buffer): Uint8Array;
}

/** The inside of a stream whose bytes are changed on their way in and out. Destroying one destroys the other. */
export function convertStream(outer: Duplex, { receive, send }: Conversion): Duplex {
  let ended = false;
  const inner = new Duplex({
    read: () => void outer.resume(),
    write: (chunk: Buffer, _encoding, done) => void outer.write(send(chunk), done),
    final: (done) => void outer.end(() => done()),
    destroy: (error, done) => {
      outer.destroy();
      done(error);
    },
  });
  // A reset is ordinary weather here; whoever uses the stream learns of it through 'close'.
  inner.on('error', () => {});
  outer.on('data', (chunk: Buffer) => {
    const bytes = receive(chunk);
    if (bytes === null) inner.destroy();
    else if (bytes.length > 0 && !inner.push(bytes)) outer.pause();
  });
  outer.once('end', () => {
    ended = true;
    inner.push(null);
  });
  outer.on('error', (error) => inner.destroy(error));
  outer.once('close', () => {
    // After an orderly end the reader may not have taken everything yet.
    if (!ended) inner.destroy();
  });
  outer.pause();
  return inner;
}
