import { createPublicKey } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Network } from '../../engine/network.ts';
import { createCertificateKeys, issueCertificate } from '../../lab/certificate.ts';
import { createLab, type Lab } from '../../lab/create-lab.ts';
import { defineScenario } from '../../lab/scenario.ts';
import { comparators, everywhereSites } from '../../lab/scenarios/common-parts.ts';
import { canary } from './canaries.ts';

const echo = { plain: '198.51.100.66', secure: '198.51.100.67' };
const echoName = 'echo.example';
/** As providers name their customers, and captive portals the page they send one to. */
const visitorName = `cust-${canary.visitor4.replaceAll('.', '-')}.isp.example`;

const scenario = defineScenario({
  id: 'canaries',
  name: 'Canaries',
  summary: 'A connection on which every server tells what it knows of the visitor.',
  interfaces: [
    { name: canary.interface, address: canary.own4, via: 'isp' },
    { name: canary.interface, address: canary.own6, via: 'isp' },
  ],
  defaultInterface: canary.interface,
  ...comparators,
  resolvers: [...comparators.resolvers, canary.resolver],
  systemProxy: `${canary.systemProxy}:3128`,
  isp: { resolver: '192.168.7.1' },
  sites: [
    ...everywhereSites,
    { host: echoName, addresses: [echo.plain], scheme: 'http' },
    { host: visitorName, addresses: [echo.plain], scheme: 'http' },
    { host: 'secure.echo.example', addresses: [echo.secure] },
    { host: canary.domain, addresses: ['198.51.100.78'] },
  ],
  proxies: [
    {
      id: 'socks',
      label: canary.label,
      kind: 'socks5h',
      host: canary.proxyHost,
      address: '203.0.113.10',
      port: 1080,
      credentials: { username: canary.user, password: canary.password },
    },
    {
      id: 'gate',
      label: 'Gate',
      kind: 'http',
      host: '203.0.113.20',
      address: '203.0.113.20',
      port: 8080,
      credentials: { username: canary.user, password: canary.password },
      // What is mistyped goes to the proxy too.
      typed: { username: canary.user, password: canary.mistyped },
    },
    {
      id: 'museum',
      label: 'Museum',
      kind: 'mtproxy',
      host: '203.0.113.40',
      address: '203.0.113.40',
      port: 443,
      secret: canary.secretHex,
    },
  ],
});

export const canaryTargets = [
  { name: 'Echo', group: 'custom', url: `http://${echoName}/start?me=${canary.own4}` },
  { name: 'Secure echo', group: 'custom', url: 'https://secure.echo.example/' },
  { name: 'Nowhere', group: 'custom', url: 'https://nowhere.echo.example/' },
] as const;

export interface CanaryWorld {
  readonly lab: Lab;
  readonly network: Network;
  close(): Promise<void>;
}

/** A practice network in which two servers say all they can of who asks: in headers, pages, addresses and a certificate. */
export async function openCanaryWorld(): Promise<CanaryWorld> {
  const lab = await createLab(scenario, { latencyMs: 1 });
  const plain = createServer(tellAll);
  const secure = createTlsServer({ ...certificate() }, (socket) => socket.end());
  // A client that trusts nobody hangs up in the middle.
  secure.on('tlsClientError', () => {});
  const servers = [plain, secure];
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
  const portOf = (address: string) =>
    ({ [echo.plain]: plain, [echo.secure]: secure })[address]?.address() as AddressInfo | undefined;
  const network: Network = {
    ...lab.network,
    connect: async (to, options) => {
      const place = portOf(to.address);
      if (place === undefined) return lab.network.connect(to, options);
      options.signal.throwIfAborted();
      const socket = await open(place.port);
      const local = { localAddress: canary.own4, remoteAddress: to.address, remotePort: to.port, remoteFamily: 'IPv4' };
      for (const [key, value] of Object.entries(local)) Object.defineProperty(socket, key, { value, enumerable: true });
      return socket;
    },
  };
  return {
    lab,
    network,
    close: async () => {
      plain.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
      await lab.close();
    },
  };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}

/** One address in the ways a site can write it. */
function writings(address: string): readonly string[] {
  const percent = [...address].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
  const text = Buffer.from(address);
  return [
    encodeURIComponent(address),
    percent,
    text.toString('base64url'),
    Buffer.from(JSON.stringify({ visitor: address }))
      .toString('base64')
      .replace(/=+$/, ''),
  ];
}

const number4 = canary.own4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const spelled = [
  ...[canary.own4, canary.own6, canary.visitor4].flatMap(writings),
  canary.own6Expanded.toUpperCase(),
  `::FFFF:${canary.own4}`,
  canary.own4Mapped,
  String(number4),
  number4.toString(16),
  canary.own4.split('.').reverse().join('-'),
  canary.neighbour6,
];

const tellAll: RequestListener = (request, response) => {
  const query = spelled.map((text, at) => `a${at}=${text}`).join('&');
  const headers = {
    server: `edge for ${canary.visitor4} and ${canary.own6}`,
    via: `1.1 ${visitorName}, 1.1 [${canary.own6Expanded}]`,
    'x-cache': `MISS from ${canary.own4Mapped}`,
    'x-client-ip': canary.visitor4,
    'set-cookie': `visitor=${canary.cookie}; Path=/`,
    'content-type': 'text/html; charset=utf-8',
  };
  if (request.url?.startsWith('/start')) {
    response.writeHead(302, { ...headers, location: `http://${visitorName}/next?${query}` }).end();
    return;
  }
  const title = `You are ${canary.visitor4}, ${canary.own6Expanded.toUpperCase()}, ${canary.own4Mapped}`;
  response
    .writeHead(403, headers)
    .end(`<!doctype html><title>${title}</title><p>${spelled.join(' ')} ${canary.cookie}`);
};

/** As a router makes one for its own page. */
function certificate(): { readonly key: string; readonly cert: string } {
  const keys = createCertificateKeys();
  const cert = issueCertificate({
    subject: canary.visitor4,
    issuer: `Router of ${canary.own4} and ${canary.own6Expanded}`,
    publicKey: createPublicKey(keys.privateKey),
    issuerKeys: keys,
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2036-01-01'),
    names: ['secure.echo.example'],
  });
  return { cert, key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
