import { createCipheriv, createDecipheriv, createHash, createHmac, pbkdf2Sync, randomFillSync } from 'node:crypto';
import { connectWs, type ITcpConnection, type TcpEndpoint } from '@fuman/net';
import { connectTcp } from '@fuman/node';
import {
  BaseMtProxyTransport,
  IntermediatePacketCodec,
  type ITelegramConnection,
  MemoryStorage,
  MtClient,
  ObfuscatedPacketCodec,
  PaddedIntermediatePacketCodec,
  type TelegramTransport,
} from '@mtcute/core';
import { addPublicKey, BaseCryptoProvider, type ICryptoProvider } from '@mtcute/core/utils.js';
import { onTestFinished } from 'vitest';
import type { Endpoint } from '../../model/address.ts';
import { aesIge } from './key-exchange.ts';

// mtcute is a Telegram client that others wrote (https://mtcute.dev). Its transports, its MTProxy with fake TLS and its key
// exchange are its own; only the cryptographic primitives come from here, which its packages for Node would bring.

class NodeCrypto extends BaseCryptoProvider implements ICryptoProvider {
  sha1(data: Uint8Array) {
    return createHash('sha1').update(data).digest();
  }
  sha256(data: Uint8Array) {
    return createHash('sha256').update(data).digest();
  }
  hmacSha256(data: Uint8Array, key: Uint8Array) {
    return createHmac('sha256', key).update(data).digest();
  }
  pbkdf2(password: Uint8Array, salt: Uint8Array, iterations: number, length = 64, digest = 'sha512') {
    return pbkdf2Sync(password, salt, iterations, length, digest);
  }
  createAesCtr(key: Uint8Array, iv: Uint8Array, encrypt: boolean) {
    const cipher = (encrypt ? createCipheriv : createDecipheriv)('aes-256-ctr', key, iv);
    return { process: (data: Uint8Array) => cipher.update(data) };
  }
  createAesIge(key: Uint8Array, iv: Uint8Array) {
    return aesIge(key, iv);
  }
  gzip() {
    return null;
  }
  gunzip(): never {
    throw new Error('no server of ours compresses');
  }
  randomFill(bytes: Uint8Array) {
    randomFillSync(bytes);
  }
}

const codecs = {
  intermediate: () => new IntermediatePacketCodec(),
  padded: () => new PaddedIntermediatePacketCodec(),
  'obfuscated intermediate': () => new ObfuscatedPacketCodec(new IntermediatePacketCodec()),
  'obfuscated padded': () => new ObfuscatedPacketCodec(new PaddedIntermediatePacketCodec()),
} as const;

export const mtcuteFramings = Object.keys(codecs) as (keyof typeof codecs)[];

/** mtcute straight to a data centre. */
export function directly(framing: keyof typeof codecs): TelegramTransport {
  return {
    connect: (dc) => connectTcp({ address: dc.ipAddress, port: dc.port }),
    packetCodec: codecs[framing],
  };
}

/** mtcute inside a WebSocket, obfuscated as Telegram Web is. */
export function throughWebsocket(url: string): TelegramTransport {
  return {
    connect: (): Promise<ITelegramConnection> => connectWs({ url, protocols: 'binary' }),
    packetCodec: codecs['obfuscated intermediate'],
  };
}

class MtproxyTransport extends BaseMtProxyTransport {
  _connectTcp(endpoint: TcpEndpoint): Promise<ITcpConnection> {
    return connectTcp(endpoint);
  }
}

/** mtcute through an MTProxy; the secret is read by mtcute too. */
export function throughMtproxy({ address, port }: Endpoint, secret: string): TelegramTransport {
  return new MtproxyTransport({ host: address, port, secret });
}

export interface MtcuteOptions {
  readonly transport: TelegramTransport;
  readonly dc: number;
  readonly media?: boolean;
  /** Where {@link directly} leads to. */
  readonly endpoint?: Endpoint;
  /** PEM of the server's RSA key. */
  readonly trust: string;
}

/**
 * Lets mtcute make a key with a data centre and resolves with the key that it keeps, once every check of its own has passed.
 * It goes on trying where it fails, so the promise rejects after `patienceMs` with the last error that mtcute told.
 */
export async function makeAuthKey(options: MtcuteOptions, patienceMs = 5000): Promise<Uint8Array> {
  const crypto = new NodeCrypto();
  addPublicKey(crypto, options.trust);
  const storage = new MemoryStorage();
  const { address, port } = options.endpoint ?? { address: '127.0.0.1', port: 0 };
  const dc = { id: options.dc, ipAddress: address, port };
  const complaints: string[] = [];
  const client = new MtClient({
    apiId: 1,
    apiHash: '0',
    crypto,
    storage,
    transport: options.transport,
    defaultDcs: { main: { ...dc, mediaOnly: options.media === true }, media: { ...dc, mediaOnly: true } },
    reconnectionStrategy: () => 50,
    network: { floodControl: false },
    logLevel: 2,
    platform: {
      beforeExit: () => () => {},
      log: (_color, _level, _tag, format, words) => complaints.push([format, ...words].map(String).join(' ')),
      getDefaultLogLevel: () => null,
      getDeviceModel: () => 'test',
    },
    onError: (error: unknown) => complaints.push(String(error)),
  } as ConstructorParameters<typeof MtClient>[0] & { onError(error: unknown): void });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= client.disconnect().then(() => client.destroy());
    return closed;
  };
  onTestFinished(close);
  await client.connect();
  const until = Date.now() + patienceMs;
  for (;;) {
    const key = await storage.authKeys.get(options.dc);
    if (key !== null) {
      await close();
      return key;
    }
    if (Date.now() > until) throw new Error(`mtcute made no key: ${complaints.at(-1) ?? 'no complaint'}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
