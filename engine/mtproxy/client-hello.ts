import { createHmac, randomBytes, randomInt } from 'node:crypto';
import type { HelloProfile } from '../../model/observation.ts';
import { drawMlKemKey, drawX25519Key } from './draw-keys.ts';

export interface ClientHelloOptions {
  readonly profile: HelloProfile;
  /** The 16-byte key of the secret. */
  readonly key: Uint8Array;
  /** What the ClientHello names, in printable ASCII, at most 182 characters. */
  readonly domain: string;
  /** Whole seconds since 1970, as the proxy's clock has it: some take nothing that is 3 s ahead of it. */
  readonly unixTime: number;
}

export interface SignedHello {
  /** One TLS record. */
  readonly record: Buffer;
  /** Its 32 bytes of random as sent: what the proxy's answer is signed over. */
  readonly random: Buffer;
}

/** Where the random of a hello stands in its record: 5 bytes of record header, 4 of handshake header, 2 of version. */
export const helloRandomAt = 11;
export const helloRandomLength = 32;

/** Some servers hang on a hello of 256 to 511 bytes, so browsers pad theirs to 512 (RFC 7685); the record adds 5. */
const paddedHandshakeLength = 512;

/**
 * A ClientHello that says to the proxy, and to nobody else, that it comes from someone who knows the secret: its random is
 * the HMAC of the record with that field zeroed, the last 4 bytes mixed with the time. Everything that a browser draws anew
 * for each connection is drawn anew here, so no two are alike.
 */
export function createClientHello(options: ClientHelloOptions): SignedHello {
  const record = toRecord(toBody(profiles[options.profile](options.domain)));
  const random = createHmac('sha256', options.key).update(record).digest();
  random.writeUInt32LE((random.readUInt32LE(28) ^ options.unixTime) >>> 0, 28);
  random.copy(record, helloRandomAt);
  return { record, random };
}

interface Hello {
  readonly cipherSuites: readonly number[];
  readonly extensions: readonly Extension[];
}

type Extension = readonly [type: number, body: Buffer];

const profiles: Readonly<Record<HelloProfile, (domain: string) => Hello>> = {
  modern: modernHello,
  classic: classicHello,
};

// IANA's numbers: TLS ExtensionType Values, TLS Supported Groups.
const type = {
  serverName: 0,
  statusRequest: 5,
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  signedCertificateTimestamp: 18,
  padding: 21,
  extendedMasterSecret: 23,
  compressCertificate: 27,
  sessionTicket: 35,
  supportedVersions: 43,
  pskKeyExchangeModes: 45,
  keyShare: 51,
  applicationSettings: 17_613,
  encryptedClientHello: 0xfe0d,
  renegotiationInfo: 0xff01,
} as const;
const group = { secp256r1: 23, secp384r1: 24, x25519: 29, x25519MlKem768: 0x11ec } as const;

// The first of them is what the proxy chooses from, so TLS 1.3 leads, as in browsers.
const cipherSuites = [
  0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f,
  0x0035,
];
const signatureAlgorithms = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
const tls = [0x0304, 0x0303, 0x0302, 0x0301];

/** Chromium's since 2024: a post-quantum key share, extensions in an order drawn for each connection, ECH or its decoy. */
function modernHello(domain: string): Hello {
  const grease = drawGrease();
  const middle: Extension[] = [
    ...commonExtensions(domain),
    [
      type.supportedGroups,
      list16([grease.group, group.x25519MlKem768, group.x25519, group.secp256r1, group.secp384r1]),
    ],
    [
      type.keyShare,
      vector16([
        share(grease.group, Buffer.alloc(1)),
        share(group.x25519MlKem768, Buffer.concat([drawMlKemKey(), drawX25519Key()])),
        share(group.x25519, drawX25519Key()),
      ]),
    ],
    [type.supportedVersions, list8([grease.version, ...tls.slice(0, 2)])],
    [type.applicationSettings, vector16([protocolName('h2')])],
    [type.encryptedClientHello, drawEchDecoy()],
  ];
  return {
    cipherSuites: [grease.cipher, ...cipherSuites],
    extensions: [[grease.first, Buffer.alloc(0)], ...shuffle(middle), [grease.last, Buffer.alloc(1)]],
  };
}

/** That of the apps from 2020 on: always this order, always 517 bytes. */
function classicHello(domain: string): Hello {
  const grease = drawGrease();
  const bodies = new Map([
    ...commonExtensions(domain),
    [type.supportedGroups, list16([grease.group, group.x25519, group.secp256r1, group.secp384r1])] as const,
    [type.keyShare, vector16([share(grease.group, Buffer.alloc(1)), share(group.x25519, drawX25519Key())])] as const,
    [type.supportedVersions, list8([grease.version, ...tls])] as const,
  ]);
  const inOrder = classicOrder.flatMap((number): Extension[] => {
    const body = bodies.get(number);
    return body === undefined ? [] : [[number, body]];
  });
  return {
    cipherSuites: [grease.cipher, ...cipherSuites],
    extensions: [[grease.first, Buffer.alloc(0)], ...inOrder, [grease.last, Buffer.alloc(1)]],
  };
}

const classicOrder = [
  type.serverName,
  type.extendedMasterSecret,
  type.renegotiationInfo,
  type.supportedGroups,
  type.ecPointFormats,
  type.sessionTicket,
  type.alpn,
  type.statusRequest,
  type.signatureAlgorithms,
  type.signedCertificateTimestamp,
  type.keyShare,
  type.pskKeyExchangeModes,
  type.supportedVersions,
  type.compressCertificate,
];

/** What both profiles say in the same words. */
function commonExtensions(domain: string): Extension[] {
  return [
    [type.serverName, vector16([Buffer.of(0), vector16([Buffer.from(domain, 'latin1')])])],
    [type.extendedMasterSecret, Buffer.alloc(0)],
    [type.renegotiationInfo, Buffer.of(0)],
    [type.ecPointFormats, Buffer.of(1, 0)],
    [type.sessionTicket, Buffer.alloc(0)],
    [type.alpn, vector16([protocolName('h2'), protocolName('http/1.1')])],
    [type.statusRequest, Buffer.of(1, 0, 0, 0, 0)],
    [type.signatureAlgorithms, list16(signatureAlgorithms)],
    [type.signedCertificateTimestamp, Buffer.alloc(0)],
    [type.pskKeyExchangeModes, Buffer.of(1, 1)],
    // Brotli, RFC 8879.
    [type.compressCertificate, list8([2])],
  ];
}

interface Grease {
  readonly cipher: number;
  readonly group: number;
  readonly version: number;
  readonly first: number;
  readonly last: number;
}

/** Values that mean nothing (RFC 8701), so that servers keep ignoring what they do not know. No extension may stand twice. */
function drawGrease(): Grease {
  const draw = () => randomInt(16) * 0x1010 + 0x0a0a;
  const [first, last] = [draw(), draw()];
  return { cipher: draw(), group: draw(), version: draw(), first, last: first === last ? last ^ 0x1010 : last };
}

/** What browsers send where no ECH key is known (draft-ietf-tls-esni 6.2, GREASE): HKDF-SHA256, AES-128-GCM, a key, and 128 to 224 bytes with a tag. */
function drawEchDecoy(): Buffer {
  const payload = randomBytes(128 + 16 + 32 * randomInt(4));
  return Buffer.concat([Buffer.of(0, 0, 1, 0, 1), randomBytes(1), vector16([drawX25519Key()]), vector16([payload])]);
}

function shuffle<T>(items: readonly T[]): T[] {
  const shuffled = [...items];
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    const [a, b] = [shuffled[at], shuffled[other]];
    if (a !== undefined && b !== undefined) [shuffled[at], shuffled[other]] = [b, a];
  }
  return shuffled;
}

/** RFC 8446 4.1.2, with the random zeroed, padded where a browser would. */
function toBody({ cipherSuites: suites, extensions }: Hello): Buffer {
  const start = Buffer.concat([
    Buffer.of(3, 3),
    Buffer.alloc(helloRandomLength),
    Buffer.of(32),
    randomBytes(32),
    list16(suites),
    Buffer.of(1, 0),
  ]);
  const encoded = extensions.map(([number, body]) => Buffer.concat([uint16(number), vector16([body])]));
  const length = 4 + start.length + 2 + encoded.reduce((sum, { length: size }) => sum + size, 0);
  if (length < paddedHandshakeLength) {
    const zeros = Buffer.alloc(Math.max(1, paddedHandshakeLength - length - 4));
    encoded.push(Buffer.concat([uint16(type.padding), vector16([zeros])]));
  }
  return Buffer.concat([start, vector16(encoded)]);
}

/** Browsers put the version of TLS 1.0 on the record of a first hello. */
function toRecord(body: Buffer): Buffer {
  const length = Buffer.alloc(3);
  length.writeUIntBE(body.length, 0, 3);
  return Buffer.concat([Buffer.of(22, 3, 1), vector16([Buffer.of(1), length, body])]);
}

function share(number: number, key: Buffer): Buffer {
  return Buffer.concat([uint16(number), vector16([key])]);
}

function protocolName(name: string): Buffer {
  return Buffer.concat([Buffer.of(name.length), Buffer.from(name, 'latin1')]);
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

/** 16-bit values with a 16-bit or an 8-bit length in front; {@link vector16} takes bytes. */
function list16(values: readonly number[]): Buffer {
  return vector16(values.map(uint16));
}

function list8(values: readonly number[]): Buffer {
  return Buffer.concat([Buffer.of(values.length * 2), ...values.map(uint16)]);
}

function vector16(parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([uint16(body.length), body]);
}
