/** What the first bytes of a TCP connection say about TLS. */
export type ClientHelloReading =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'not-tls' }
  | { readonly kind: 'hello'; readonly serverName: string | undefined };

/** A real hello is below 2 KiB; RFC 8446 would allow far more, and a middlebox does not wait for it. */
const maxHelloBytes = 16_384;
const notTls: ClientHelloReading = { kind: 'not-tls' };
const incomplete: ClientHelloReading = { kind: 'incomplete' };

/**
 * Reads the server name out of a ClientHello (RFC 8446 4.1.2, RFC 6066 3), from however many bytes have arrived and across
 * however many records the hello is cut into. Never throws; looks at no more than 16 KiB.
 */
export function readClientHello(bytes: Uint8Array): ClientHelloReading {
  const body = readHandshake(bytes);
  return Buffer.isBuffer(body) ? readBody(body) : body;
}

/**
 * The extensions of a ClientHello in their order, by number, without the meaningless ones of RFC 8701: what filters tell
 * programs apart by. Undefined for anything but a whole and well-formed hello.
 */
export function readHelloExtensions(bytes: Uint8Array): ReadonlyMap<number, Buffer> | undefined {
  const body = readHandshake(bytes);
  if (!Buffer.isBuffer(body)) return undefined;
  const found = new Map<number, Buffer>();
  for (const extension of walkExtensions(body)) {
    if (extension === null) return undefined;
    const [type, content] = extension;
    if ((type & 0x0f0f) !== 0x0a0a) found.set(type, content);
  }
  return found;
}

function readHandshake(bytes: Uint8Array): Buffer | ClientHelloReading {
  const gathered = gatherHandshake(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (gathered === undefined) return notTls;
  const { handshake, whole } = gathered;
  if (handshake.length > 0 && handshake[0] !== 1) return notTls;
  if (handshake.length < 4) return whole ? notTls : incomplete;
  const length = handshake.readUIntBE(1, 3);
  if (length > maxHelloBytes) return notTls;
  if (handshake.length < 4 + length) return whole ? notTls : incomplete;
  return handshake.subarray(4, 4 + length);
}

/** Joins handshake records. `whole` when what follows can add nothing: another record type, or the bound was reached. */
function gatherHandshake(bytes: Buffer): { handshake: Buffer; whole: boolean } | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length && at < maxHelloBytes) {
    if (bytes[at] !== 22) return at === 0 ? undefined : { handshake: Buffer.concat(parts), whole: true };
    if (at + 1 < bytes.length && bytes[at + 1] !== 3) return undefined;
    if (at + 5 > bytes.length) break;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > maxHelloBytes) return undefined;
    parts.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return { handshake: Buffer.concat(parts), whole: at >= maxHelloBytes };
}

function readBody(body: Buffer): ClientHelloReading {
  for (const extension of walkExtensions(body)) {
    if (extension === null) return notTls;
    if (extension[0] === 0) return readServerName(extension[1]);
  }
  return { kind: 'hello', serverName: undefined };
}

/** Null, and then nothing more, where the hello is malformed. */
function* walkExtensions(body: Buffer): Generator<readonly [type: number, content: Buffer] | null> {
  // legacy_version, random, then three vectors: session id (1-byte length), cipher suites (2), compression methods (1).
  let at = 34;
  for (const width of [1, 2, 1] as const) {
    if (at + width > body.length) return yield null;
    at += width + body.readUIntBE(at, width);
  }
  if (at === body.length) return;
  if (at + 2 > body.length || at + 2 + body.readUInt16BE(at) !== body.length) return yield null;
  at += 2;
  while (at < body.length) {
    if (at + 4 > body.length) return yield null;
    const end = at + 4 + body.readUInt16BE(at + 2);
    if (end > body.length) return yield null;
    yield [body.readUInt16BE(at), body.subarray(at + 4, end)];
    at = end;
  }
}

function readServerName(extension: Buffer): ClientHelloReading {
  // server_name_list length (2), name_type host_name (1), length (2), name.
  if (extension.length < 5 || extension[2] !== 0) return notTls;
  const length = extension.readUInt16BE(3);
  if (length === 0 || length > 255 || 5 + length > extension.length) return notTls;
  return { kind: 'hello', serverName: extension.toString('latin1', 5, 5 + length).toLowerCase() };
}
