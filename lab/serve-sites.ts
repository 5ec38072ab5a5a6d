import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { acceptTls } from './accept-tls.ts';
import { answerDoh } from './answer-doh.ts';
import type { Authority } from './authority.ts';
import type { Internet } from './internet.ts';
import type { Site } from './scenario.ts';
import { type Content, notFound, siteContent } from './site-content.ts';
import { serveTelegram } from './telegram-server.ts';

/** Where an HTTP connection arrived. */
interface Arrival {
  readonly secure: boolean;
  /** Every site that shares the address, in the order of declaration. */
  readonly sites: readonly Site[];
}

/** Puts every site on its addresses, by name on ports 80 and 443 as it is declared. */
export function serveSites(sites: readonly Site[], internet: Internet, authority: Authority): void {
  const arrivals = new WeakMap<object, Arrival>();
  const http = createHttpFront(internet, arrivals);
  const enter = (socket: Duplex, arrival: Arrival) => {
    arrivals.set(socket, arrival);
    http.emit('connection', socket);
  };

  for (const [address, neighbours] of groupByAddress(sites, internet)) {
    const alive = neighbours.filter((site) => site.answer.kind !== 'down');
    const securely = alive.filter((site) => site.scheme !== 'http');
    if (alive.length > 0) {
      internet.serve({ address, port: 80 }, (socket: Socket) => enter(socket, { secure: false, sites: alive }));
    }
    const [first] = securely;
    if (first === undefined) continue;
    const contextFor = (name: string | undefined) => {
      const site = securely.find(({ host }) => host === name) ?? first;
      return authority.serverContext(site.host, site.certificate);
    };
    internet.serve({ address, port: 443 }, (socket: Socket) =>
      acceptTls(socket, contextFor, (secured) => enter(secured, { secure: true, sites: securely })),
    );
  }
}

function groupByAddress(sites: readonly Site[], internet: Internet): Map<string, Site[]> {
  const groups = new Map<string, Site[]>();
  for (const site of sites) {
    internet.name(site.host, site.addresses);
    for (const address of site.addresses) {
      if (site.answer.kind === 'down' && site.answer.how === 'silent') internet.silenceAddress(address);
      else if (site.answer.kind === 'down') internet.serve({ address, port: 443 }, null);
      const group = groups.get(address);
      if (group === undefined) groups.set(address, [site]);
      else group.push(site);
    }
  }
  return groups;
}

/** One HTTP server for all sites; it never listens, connections are handed to it. */
function createHttpFront(internet: Internet, arrivals: WeakMap<object, Arrival>) {
  const server = createServer((request, response) => {
    response.on('error', () => {});
    const arrival = arrivals.get(request.socket);
    const found = arrival === undefined ? undefined : findSite(arrival, request);
    if (found?.named === true && found.site.answer.kind === 'doh' && arrival?.secure === true) {
      answerDoh(request, response, internet);
      return;
    }
    request.resume();
    request.on('end', () => {
      send(response, arrival === undefined ? notFound() : contentFor(arrival, request, internet));
    });
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 65_536,
    handleProtocols: (offered) => (offered.has('binary') ? 'binary' : false),
  });
  server.on('upgrade', (request, socket, head) => {
    const arrival = arrivals.get(socket);
    const answer = arrival === undefined ? undefined : findSite(arrival, request)?.site.answer;
    if (answer?.kind !== 'telegram-websocket' || request.url !== '/apiws') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      serveTelegram(createWebSocketStream(opened), { dc: answer.dc });
    });
  });
  return server;
}

function findSite(arrival: Arrival, request: IncomingMessage): { site: Site; named: boolean } | undefined {
  const host = request.headers.host?.toLowerCase().replace(/:\d+$/, '');
  const site = arrival.sites.find((candidate) => candidate.host === host);
  if (site !== undefined) return { site, named: true };
  const [first] = arrival.sites;
  return first === undefined ? undefined : { site: first, named: false };
}

function contentFor(arrival: Arrival, request: IncomingMessage, internet: Internet): Content {
  const found = findSite(arrival, request);
  if (found === undefined) return notFound();
  const { site, named } = found;
  if (!named && site.strangers === 'not-found') return notFound();
  const ownScheme = site.scheme === 'https' ? 'https' : 'http';
  if (!named && site.strangers === 'redirect') return moved(302, `${ownScheme}://${site.host}/`);
  if (!arrival.secure && site.scheme === 'https') return moved(301, `https://${site.host}${request.url ?? '/'}`);
  return siteContent(site, request.url ?? '/', internet.originOf(request.socket));
}

function moved(status: number, location: string): Content {
  return { status, headers: { location }, body: '' };
}

function send(response: ServerResponse, { status, headers, body }: Content): void {
  // RFC 9110 15.3.5: no length on 204.
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(status === 204 ? undefined : body);
}
