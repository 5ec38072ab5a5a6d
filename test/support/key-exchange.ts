import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  type DiffieHellmanGroup,
  generateKeyPairSync,
  getDiffieHellman,
  type KeyObject,
  privateDecrypt,
  randomBytes,
} from 'node:crypto';
import type { PqReply } from '../../engine/mtproto/req-pq.ts';
import type { KeyExchange } from '../../lab/telegram-server.ts';

// The server's part of https://core.telegram.org/mtproto/auth_key, from req_DH_params to dh_gen_ok, written from that page.
// The product needs none of it: a resPQ with our own nonce is all that it asks for.

const tl = {
  reqDhParams: 0xd712e4be,
  pqInnerDataDc: 0xa9f55f95,
  serverDhParamsOk: 0xd0e8075c,
  serverDhInnerData: 0xb5890dba,
  setClientDhParams: 0xf5045f1f,
  clientDhInnerData: 0x6643b654,
  dhGenOk: 0x3bcbf734,
} as const;

export interface TestKeyExchange extends KeyExchange {
  /** What a client has to trust: PEM, PKCS #1. */
  readonly publicKey: string;
  /** The keys agreed on so far, with the data centre that each client asked for. */
  readonly agreed: readonly { readonly authKey: Buffer; readonly dc: number }[];
}

interface Pending {
  readonly dc: number;
  readonly newNonce: Buffer;
  readonly group: DiffieHellmanGroup;
}

/** A server's key exchange with an RSA key of its own. Throws, and so fails the test, where a client breaks the protocol. */
export function createKeyExchange(): TestKeyExchange {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const fingerprint = fingerprintOf(publicKey);
  // The client under test looks such a key up by its number without the zeros, and does not find it.
  if (fingerprint.startsWith('0')) return createKeyExchange();
  const pending = new Map<string, Pending>();
  const agreed: { authKey: Buffer; dc: number }[] = [];
  return {
    publicKey: publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    fingerprint,
    agreed,
    answer: (frame, offer) => {
      // An encrypted message has a key id here: the exchange is over.
      if (frame.readBigUInt64LE(0) !== 0n) return null;
      const body = createReader(frame.subarray(20, 20 + frame.readUInt32LE(16)));
      const method = body.uint32();
      demand(body.take(16).equals(offer.nonce), 'the nonce is not the one of req_pq');
      demand(body.take(16).equals(offer.serverNonce), 'the server nonce is not the one of resPQ');
      const id = Buffer.from(offer.serverNonce).toString('hex');
      if (method === tl.reqDhParams) {
        const group = getDiffieHellman('modp14');
        group.generateKeys();
        const asked = { ...readDhRequest(body, offer, privateKey, fingerprint), group };
        pending.set(id, asked);
        return wrap(offer, offerDhParams(offer, asked));
      }
      demand(method === tl.setClientDhParams, `method ${method.toString(16)} is no part of a key exchange`);
      const asked = pending.get(id);
      if (asked === undefined) throw new Error('set_client_DH_params before req_DH_params');
      const authKey = readClientKey(body, offer, asked);
      agreed.push({ authKey, dc: asked.dc });
      return wrap(offer, confirm(offer, asked.newNonce, authKey));
    },
  };
}

/** The 64 lower bits of the SHA-1 of modulus and exponent as TL bytes, as hexadecimal of the number. */
function fingerprintOf(key: KeyObject): string {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const parts = [n, e].map((part) => tlBytes(Buffer.from(part, 'base64url')));
  return sha1(...parts)
    .subarray(12)
    .reverse()
    .toString('hex');
}

function readDhRequest(body: Reader, offer: PqReply, key: KeyObject, fingerprint: string) {
  const [p, q] = [body.bytes(), body.bytes()];
  demand(asNumber(p) < asNumber(q) && asNumber(p) * asNumber(q) === asNumber(offer.pq), 'p and q do not make pq');
  demand(body.take(8).reverse().toString('hex') === fingerprint, 'another RSA key than the one offered');
  const inner = createReader(undoRsaPad(body.bytes(), key));
  demand(inner.uint32() === tl.pqInnerDataDc, 'no p_q_inner_data_dc');
  demand(inner.bytes().equals(offer.pq) && inner.bytes().equals(p) && inner.bytes().equals(q), 'another pq inside');
  demand(inner.take(16).equals(offer.nonce) && inner.take(16).equals(offer.serverNonce), 'other nonces inside');
  return { newNonce: inner.take(32), dc: inner.uint32() | 0 };
}

/** RSA_PAD backwards (auth_key, step 4.1); demands the hash inside. */
function undoRsaPad(encrypted: Buffer, key: KeyObject): Buffer {
  const padded = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, encrypted);
  const [masked, body] = [padded.subarray(0, 32), padded.subarray(32)];
  const mask = sha256(body);
  const tempKey = masked.map((byte, at) => byte ^ (mask[at] ?? 0));
  const opened = aesIge(tempKey, Buffer.alloc(32)).decrypt(body);
  const data = opened.subarray(0, 192).reverse();
  demand(sha256(tempKey, data).equals(opened.subarray(192)), 'RSA_PAD holds another hash');
  return data;
}

function offerDhParams(offer: PqReply, { newNonce, group }: Pending): Buffer {
  const inner = Buffer.concat([
    tlUint32(tl.serverDhInnerData),
    offer.nonce,
    offer.serverNonce,
    tlUint32(group.getGenerator()[0] ?? 0),
    tlBytes(group.getPrime()),
    tlBytes(group.getPublicKey()),
    tlUint32(Math.floor(Date.now() / 1000)),
  ]);
  const answer = Buffer.concat([sha1(inner), inner]);
  const filled = Buffer.concat([answer, randomBytes(-answer.length & 15)]);
  return Buffer.concat([
    tlUint32(tl.serverDhParamsOk),
    offer.nonce,
    offer.serverNonce,
    tlBytes(temporaryCipher(offer, newNonce).encrypt(filled)),
  ]);
}

function readClientKey(body: Reader, offer: PqReply, { newNonce, group }: Pending): Buffer {
  const answer = temporaryCipher(offer, newNonce).decrypt(body.bytes());
  const inner = createReader(answer.subarray(20));
  demand(inner.uint32() === tl.clientDhInnerData, 'no client_DH_inner_data');
  demand(inner.take(16).equals(offer.nonce) && inner.take(16).equals(offer.serverNonce), 'other nonces inside');
  demand(inner.take(8).readBigUInt64LE() === 0n, 'a first try that calls itself another');
  const publicKey = inner.bytes();
  demand(sha1(answer.subarray(20, 20 + inner.position())).equals(answer.subarray(0, 20)), 'another hash');
  const authKey = group.computeSecret(publicKey);
  // The client under test drops leading zeros of a key, where Telegram's own keep all 256 bytes; one key in 256 has one.
  return authKey.subarray(authKey.findIndex((byte) => byte !== 0));
}

function confirm(offer: PqReply, newNonce: Buffer, authKey: Buffer): Buffer {
  const auxHash = sha1(authKey).subarray(0, 8);
  const newNonceHash = sha1(newNonce, Buffer.of(1), auxHash).subarray(4);
  return Buffer.concat([tlUint32(tl.dhGenOk), offer.nonce, offer.serverNonce, newNonceHash]);
}

function temporaryCipher({ serverNonce }: PqReply, newNonce: Buffer) {
  const [ns, sn, nn] = [sha1(newNonce, serverNonce), sha1(serverNonce, newNonce), sha1(newNonce, newNonce)];
  const key = Buffer.concat([ns, sn.subarray(0, 12)]);
  return aesIge(key, Buffer.concat([sn.subarray(12), nn, newNonce.subarray(0, 4)]));
}

let lastId = 0n;

function wrap(offer: PqReply, body: Buffer): Buffer {
  const head = Buffer.alloc(20);
  lastId = (lastId > offer.messageId ? lastId : offer.messageId) + 4n;
  head.writeBigUInt64LE(lastId, 8);
  head.writeUInt32LE(body.length, 16);
  return Buffer.concat([head, body]);
}

/** AES-256 in the infinite garble extension, which OpenSSL no longer offers. `iv` is 32 bytes. */
export function aesIge(key: Uint8Array, iv: Uint8Array) {
  const run = (data: Uint8Array, decrypts: boolean): Buffer => {
    const cipher = (decrypts ? createDecipheriv : createCipheriv)('aes-256-ecb', key, null).setAutoPadding(false);
    const out = Buffer.alloc(data.length);
    // Encryption mixes the last ciphertext in before and the last plaintext after the block; decryption the other way.
    let [before, after] = decrypts ? [iv.subarray(16), iv.subarray(0, 16)] : [iv.subarray(0, 16), iv.subarray(16)];
    for (let at = 0; at < data.length; at += 16) {
      const block = data.subarray(at, at + 16);
      const mixed = cipher.update(block.map((byte, i) => byte ^ (before[i] ?? 0)));
      out.set(
        mixed.map((byte, i) => byte ^ (after[i] ?? 0)),
        at,
      );
      [before, after] = [out.subarray(at, at + 16), block];
    }
    return out;
  };
  return { encrypt: (data: Uint8Array) => run(data, false), decrypt: (data: Uint8Array) => run(data, true) };
}

type Reader = ReturnType<typeof createReader>;

/** Reads TL values one after another. */
function createReader(bytes: Buffer) {
  let at = 0;
  const take = (length: number): Buffer => {
    demand(at + length <= bytes.length, 'the message ends early');
    at += length;
    return Buffer.from(bytes.subarray(at - length, at));
  };
  return {
    take,
    uint32: () => take(4).readUInt32LE(),
    bytes: () => {
      const short = take(1).readUInt8();
      const length = short < 254 ? short : take(3).readUIntLE(0, 3);
      const value = take(length);
      take(-at & 3);
      return value;
    },
    position: () => at,
  };
}

function tlBytes(bytes: Uint8Array): Buffer {
  const head = bytes.length < 254 ? Buffer.of(bytes.length) : Buffer.of(254, bytes.length, bytes.length >> 8, 0);
  return Buffer.concat([head, bytes, Buffer.alloc(-(head.length + bytes.length) & 3)]);
}

function tlUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const sha1 = (...parts: Uint8Array[]) => createHash('sha1').update(Buffer.concat(parts)).digest();
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const asNumber = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function demand(condition: boolean, complaint: string): void {
  if (!condition) throw new Error(`key exchange: ${complaint}`);
}
