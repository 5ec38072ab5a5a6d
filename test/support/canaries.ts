import { SocketAddress } from 'node:net';

const domain = 'canary7731.museum.example';
const key = 'c0ffee77310ddba11c0ffee77310ddba';

/** Secrets with which every input is planted, and which nothing that is shown, kept or sent may hold. */
export const canary = {
  user: 'c4n-user7731',
  password: 'c4n.pass/7731+word',
  mistyped: 'c4n.pass/7731+wrod',
  domain,
  secretHex: `ee${key}${Buffer.from(domain).toString('hex')}`,
  environmentUser: 'c4nenvuser7731',
  environmentPassword: 'c4nenvpass7731',
  login: 'c4nlogin7731',
  machine: 'c4nmachine7731',
  home: 'c4nhome7731',
  cookie: 'c4ncookie7731',
  own4: '192.168.77.31',
  own4Mapped: '::ffff:c0a8:4d1f',
  own6: '2a02:77:31:5::23',
  own6Expanded: '2a02:0077:0031:0005:0000:0000:0000:0023',
  /** Another address of the same household. */
  neighbour6: '2a02:77:31:5:a1b2:c3d4:e5f6:1',
  /** What the world sees of this machine, and nobody here knows. */
  visitor4: '93.184.77.31',
  /** From here on: only at `strict`. */
  interface: 'wlc4n7731',
  resolver: '193.0.77.31',
  label: 'C4n label 7731',
  proxyHost: 'gate.c4nproxy7731.example',
  systemProxy: 'c4nsystem7731.example',
} as const;

const always = [
  'user',
  'password',
  'mistyped',
  'domain',
  'secretHex',
  'environmentUser',
  'environmentPassword',
  'login',
  'machine',
  'home',
  'cookie',
] as const satisfies readonly (keyof typeof canary)[];
const atStrict = ['interface', 'resolver', 'label', 'proxyHost', 'systemProxy'] as const;

/** Every spelling in which a secret can stand in a text or in bytes. */
function spellingsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // In the middle of a longer text, base64 has one of three forms; its first and last letters belong to the neighbours too.
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const sure = text.slice(offset === 0 ? 0 : offset + 1, -1);
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const codes = [...bytes];
  return [
    secret,
    encodeURIComponent(secret),
    codes.map((code) => `%${code.toString(16)}`).join(''),
    codes.map((code) => `\\u${code.toString(16).padStart(4, '0')}`).join(''),
    codes.join(','),
    bytes.toString('hex'),
    bytes.toString('utf16le'),
    ...base64,
  ].map((text) => text.toLowerCase());
}

const secretBytes = Buffer.from(canary.secretHex, 'hex');
const secretKey = secretBytes.subarray(1, 17);
const secretForms = [
  ...[secretBytes, secretKey].flatMap((bytes) => [
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('latin1'),
    [...bytes].join(','),
  ]),
].map((text) => text.toLowerCase());

const forms: ReadonlyMap<keyof typeof canary, readonly string[]> = new Map(
  [...always, ...atStrict].map((name) => [
    name,
    name === 'secretHex' ? [...secretForms, ...spellingsOf(canary.secretHex)] : spellingsOf(canary[name]),
  ]),
);

const ownAddresses = ['own4', 'own4Mapped', 'own6', 'own6Expanded', 'neighbour6', 'visitor4'] as const;
const ownCanonical = new Map(ownAddresses.toReversed().map((name) => [canonical(canary[name]) ?? '', name]));
const own4Bytes = Buffer.from(canary.own4.split('.').map(Number));
const otherOwn: ReadonlyMap<string, string> = new Map([
  ['own4 as a number', String(own4Bytes.readUInt32BE())],
  ['own4 as hex', own4Bytes.toString('hex')],
  ['own4 turned round', canary.own4.split('.').reverse().join('-')],
  ['own4 with dashes', canary.own4.replaceAll('.', '-')],
  ['visitor4 with dashes', canary.visitor4.replaceAll('.', '-')],
  ...[canary.own4, canary.own6, canary.visitor4].map((text): [string, string] => [
    `${text} in base64`,
    Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1).toLowerCase(),
  ]),
  ...[canary.own4, canary.own6, canary.visitor4].map((text): [string, string] => [
    `${text} in JSON in base64`,
    Buffer.from(JSON.stringify({ visitor: text }))
      .toString('base64')
      .slice(0, -4)
      .toLowerCase(),
  ]),
]);

/** In one spelling, IPv4-mapped as IPv4, by Node's own reader and not by the program's. */
function canonical(text: string): string | undefined {
  const family = text.includes(':') ? 'ipv6' : 'ipv4';
  try {
    const { address } = new SocketAddress({ address: text.replace(/%.*$/, ''), family });
    return address.replace(/^::ffff:(?=\d+\.)/i, '');
  } catch {
    return undefined;
  }
}

export interface Hunt {
  /** Whether resolvers, interfaces, labels and places of proxies have to be gone too. */
  readonly strict?: boolean;
  /** False for what only the person's own page and the engine itself see: where they are, and what was told them. */
  readonly visitor?: boolean;
  /** What may be there. */
  readonly except?: readonly (keyof typeof canary)[];
}

/** The names of the canaries that are in a text, in any spelling. */
export function findCanaries(
  text: string,
  { strict = false, visitor = true, except = [] }: Hunt = {},
): readonly string[] {
  const lower = [text, decode(text), unescapeText(text)].map((one) => one.toLowerCase());
  const named: readonly (keyof typeof canary)[] = strict ? [...always, ...atStrict] : always;
  const names = named.filter((name) => !except.includes(name) && (visitor || name !== 'cookie'));
  const secrets = names.filter((name) =>
    (forms.get(name) ?? []).some((form) => lower.some((one) => one.includes(form))),
  );
  if (!visitor) return secrets;
  const seen = lower.flatMap((one) => one.match(/[0-9a-f:.]{7,}/g) ?? []);
  const ends = seen.flatMap((one) => [one, one.replace(/^[.:]+|[.:]+$/g, ''), one.replace(/^.*?(?=::)/, '')]);
  const own = [...new Set(ends)].flatMap((one) => ownCanonical.get(canonical(one) ?? '') ?? []);
  const other = [...otherOwn].filter(([, form]) => lower.some((one) => one.includes(form))).map(([name]) => name);
  return [...new Set([...secrets, ...own, ...other])];
}

function decode(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function unescapeText(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
