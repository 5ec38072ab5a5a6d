import { randomBytes } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer, isIPv6, type Server, type Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { type Answer, decode, encode } from 'dns-packet';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { parseSecret } from '../../engine/mtproxy/parse-secret.ts';
import { createMtproxyServer } from '../../lab/mtproxy-server.ts';
import { telegramEndpoint } from '../../lab/telegram-network.ts';
import { serveTelegram } from '../../lab/telegram-server.ts';
import { user } from './addresses.ts';
import { waitForHello } from './first-words.ts';
import type { Reply, ServedMtproxy, ServedSite, ServersConfig, ServersEvent, Zone } from './site.ts';
import { createSocks4aServer } from './socks4a.ts';

// Runs inside the namespace `internet`, started by world.ts, told what to serve by one message.

/** Fatal alert 112, unrecognized_name, as a plaintext record (RFC 8446 6). */
const unrecognizedName = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x70]);
const noise = randomBytes(512 * 1024);
let clockAheadMs = 0;

function tell(event: ServersEvent): void {
  process.send?.(event);
}

function listen(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: address, backlog: 256 }, resolve);
  });
}

/** An endless listener must not die of one client's reset. */
function ignoreErrors(socket: Socket): void {
  socket.on('error', () => {});
}

function answer(reply: Reply, response: ServerResponse): void {
  const body = reply.bodyBytes === undefined ? Buffer.from(reply.body ?? '') : noise.subarray(0, reply.bodyBytes);
  const status = reply.status ?? 200;
  setTimeout(() => {
    response.writeHead(status, {
      date: new Date(Date.now() + clockAheadMs).toUTCString(),
      'content-type': reply.bodyBytes === undefined ? 'text/html; charset=utf-8' : 'application/octet-stream',
      ...(status === 204 ? {} : { 'content-length': String(body.length + (reply.neverEnds ? 1_000_000 : 0)) }),
      ...reply.headers,
    });
    if (reply.neverEnds) response.write(body);
    else if (reply.pause) {
      response.write(body.subarray(0, reply.pause.after));
      setTimeout(() => response.end(body.subarray(reply.pause?.after)), reply.pause.ms);
    } else response.end(status === 204 ? undefined : body);
  }, reply.delayMs ?? 0);
}

/** RFC 8484 over the zone, GET and POST. */
async function answerDoh(zone: Zone, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const inUrl = new URL(request.url ?? '/', 'https://resolver').searchParams.get('dns');
  const query = decode(inUrl === null ? Buffer.concat(parts) : Buffer.from(inUrl, 'base64url'));
  const question = query.questions?.[0];
  const known = zone[(question?.name ?? '').toLowerCase()];
  const addresses = known === undefined || known === 'nxdomain' ? [] : known;
  const wantsSix = question?.type === 'AAAA';
  const answers: Answer[] = addresses
    .filter((address) => isIPv6(address) === wantsSix && (wantsSix || question?.type === 'A'))
    .map((data) => ({ type: wantsSix ? 'AAAA' : 'A', name: question?.name ?? '', ttl: 60, data }));
  const nxdomain = known === undefined || known === 'nxdomain';
  response.writeHead(200, { 'content-type': 'application/dns-message' });
  response.end(
    encode({
      type: 'response',
      id: query.id ?? 0,
      flags: 0x180 | (nxdomain ? 3 : 0),
      questions: query.questions ?? [],
      answers,
    }),
  );
}

function httpHandler(site: ServedSite, zone: Zone, reply: Reply) {
  const server = createHttpServer((request, response) => {
    if (site.doh && request.url?.startsWith('/dns-query')) {
      answerDoh(zone, request, response).catch(() => response.destroy());
    } else if (site.refuseUser !== undefined && request.socket.remoteAddress === user.v4) {
      answer(
        { status: site.refuseUser, body: '<title>Not here</title><p>Not available in your country.</p>' },
        response,
      );
    } else if (request.method === 'POST') {
      // An upload is answered when all of it has come.
      request.resume().once('end', () => response.writeHead(204).end());
    } else answer(reply, response);
  });
  const dc = site.telegramWeb;
  if (dc !== undefined) {
    new WebSocketServer({ server, path: '/apiws', handleProtocols: () => 'binary' }).on('connection', (socket) =>
      serveTelegram(createWebSocketStream(socket), { dc }),
    );
  }
  return server;
}

/** Whether the server refuses to go on after this ClientHello, and how. */
function refusal(site: ServedSite, name: string | undefined, countdown: { left: number }, from: string) {
  if (site.alertAlways || (site.alertUnknownNames && (name === undefined || !site.names.includes(name))))
    return 'alert';
  if (from === user.v4 && countdown.left > 0) {
    countdown.left -= 1;
    return 'reset';
  }
  return undefined;
}

function tlsFrontDoor(site: ServedSite, zone: Zone, reply: Reply): Server {
  const web = httpHandler(site, zone, reply);
  const secure = createTlsServer({ ...site.key, ALPNProtocols: ['http/1.1'] }, (socket) => {
    ignoreErrors(socket);
    web.emit('connection', socket);
  });
  secure.on('tlsClientError', () => {});
  const countdown = { left: site.resetUserFirst ?? 0 };
  return createServer((socket) => {
    ignoreErrors(socket);
    const from = socket.remoteAddress ?? '';
    waitForHello(socket).then(
      ({ bytes, name }) => {
        const refuse = refusal(site, name, countdown, from);
        if (refuse === 'reset') socket.resetAndDestroy();
        else if (refuse === 'alert') socket.end(unrecognizedName);
        else {
          socket.unshift(bytes);
          secure.emit('connection', socket);
        }
      },
      () => {},
    );
  });
}

/** Every way into one site: the port and the server that answers there. */
function doors(site: ServedSite, zone: Zone): readonly (readonly [number, Server])[] {
  const all: [number, Server][] = [];
  if (site.http) all.push([80, httpHandler(site, zone, site.http)]);
  if (site.https) all.push([443, tlsFrontDoor(site, zone, site.https)]);
  if (site.telegram) {
    const { dc, ports } = site.telegram;
    for (const port of ports) all.push([port, createServer((socket) => serveTelegram(socket, { dc }))]);
  }
  return all;
}

async function serveSite(site: ServedSite, zone: Zone): Promise<void> {
  for (const address of site.addresses) {
    for (const [port, server] of doors(site, zone)) {
      server.on('connection', (socket: Socket) => {
        ignoreErrors(socket);
        tell({ event: 'connection', address, port, from: socket.remoteAddress ?? '' });
      });
      await listen(server, address, port);
    }
  }
}

/** Takes TLS off in front of a plain proxy, which makes it an HTTPS proxy. */
async function serveTlsFront(front: NonNullable<ServersConfig['tlsFront']>): Promise<void> {
  const server = createTlsServer({ secureContext: createSecureContext(front.key), ...front.key }, (outer) => {
    const inner = connect(front.to.port, front.to.address);
    ignoreErrors(outer);
    ignoreErrors(inner);
    outer.pipe(inner).pipe(outer);
    outer.once('close', () => inner.destroy());
    inner.once('close', () => outer.destroy());
  });
  server.on('tlsClientError', () => {});
  await listen(server, front.address, front.port);
}

/** Tells the first TLS record, or the first 64 bytes of what is none, in base64. Whoever serves the socket has begun to read. */
function overhearGreeting(socket: Socket, onGreeting: (bytes: string) => void): void {
  let said = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    said = Buffer.concat([said, chunk]);
    const length = said[0] === 22 && said.length > 4 ? 5 + said.readUInt16BE(3) : 64;
    if (said.length < length) return;
    socket.off('data', onData);
    onGreeting(said.subarray(0, length).toString('base64'));
  };
  socket.on('data', onData);
}

/** The lab's MTProxy; it reaches the data centres and its mask at their addresses in this namespace. */
async function serveMtproxy(proxy: ServedMtproxy): Promise<void> {
  const parsed = parseSecret(proxy.secret);
  if (!parsed.ok) throw new RangeError(parsed.problem);
  const { mask } = proxy;
  const dial = (address: string, port: number) => {
    const socket = connect({ host: address, port, allowHalfOpen: true });
    ignoreErrors(socket);
    return socket;
  };
  const serve = createMtproxyServer({
    secret: parsed.secret,
    now: () => Date.now() + clockAheadMs + (proxy.clockAheadMs ?? 0),
    longestHello: proxy.longestHello,
    dialTelegram: async (dc) => {
      const to = telegramEndpoint(dc);
      if (to === undefined) throw new RangeError('no such data centre');
      return dial(to.address, to.port);
    },
    dialMask: mask === undefined ? undefined : async () => dial(mask, 443),
  });
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    tell({ event: 'connection', address: proxy.address, port: proxy.port, from: socket.remoteAddress ?? '' });
    serve(socket);
    overhearGreeting(socket, (bytes) => tell({ event: 'greeting', address: proxy.address, bytes }));
  });
  await listen(server, proxy.address, proxy.port);
}

process.once('message', (config: ServersConfig) => {
  clockAheadMs = config.clockAheadMs;
  const all = [
    ...config.sites.map((site) => serveSite(site, config.zone)),
    ...(config.tlsFront ? [serveTlsFront(config.tlsFront)] : []),
    ...config.mtproxies.map(serveMtproxy),
    ...(config.socks4a ? [listen(createSocks4aServer(), config.socks4a.address, config.socks4a.port)] : []),
  ];
  Promise.all(all).then(
    () => tell({ event: 'ready' }),
    (error: unknown) => tell({ event: 'failed', message: String(error) }),
  );
});
process.once('disconnect', () => process.exit());
