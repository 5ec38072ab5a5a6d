import { createSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { decode, encode } from 'dns-packet';
import type { CertifiedKey } from './certified-key.ts';
import { type FirstWords, waitForHello, waitForRequest } from './first-words.ts';
import type { Reply } from './site.ts';

// The censor's box, run inside the namespace `isp`. nftables redirects the flows it wants to read to one port each, so that
// the box knows where a connection was going without asking the kernel (Node cannot read SO_ORIGINAL_DST).

/** `mute` lets the server answer the hello, and then nothing more through that the client says. */
export type TlsAction = 'reset' | 'fin' | 'silence' | 'intercept' | 'mute';
export type HttpAction = 'reset' | 'silence' | { readonly reply: Reply };

/** A rule is for every name that equals `name` or ends in `.name`; `*` is for all, even for none. */
export interface NameRule<Action> {
  readonly name: string;
  readonly action: Action;
}

export interface MiddleboxConfig {
  readonly flows: readonly { readonly listen: number; readonly address: string; readonly port: number }[];
  readonly tls: readonly NameRule<TlsAction>[];
  readonly http: readonly NameRule<HttpAction>[];
  /** Certificates shown by `intercept`, by name. */
  readonly forged: Readonly<Record<string, CertifiedKey>>;
  /** Answers queries for these names at once with these addresses, and lets the true answer follow. */
  readonly injectDns?: {
    readonly listen: number;
    readonly to: string;
    readonly lies: Readonly<Record<string, string>>;
  };
}

export type MiddleboxEvent = { readonly event: 'ready' } | { readonly event: 'failed'; readonly message: string };

function matching<Action>(rules: readonly NameRule<Action>[], name: string | undefined): Action | undefined {
  return rules.find(
    (rule) => rule.name === '*' || (name !== undefined && (name === rule.name || name.endsWith(`.${rule.name}`))),
  )?.action;
}

/** Carries the connection on to where it was going, half-closes and resets included; a `muted` client after its first words no more. */
function passOn(client: Socket, first: Buffer, to: { address: string; port: number }, muted = false): void {
  const server = connect({ host: to.address, port: to.port, allowHalfOpen: true });
  server.write(first);
  if (muted) client.resume();
  else client.pipe(server);
  server.pipe(client);
  client.once('error', () => server.resetAndDestroy());
  server.once('error', () => client.resetAndDestroy());
}

function interceptor(forged: Readonly<Record<string, CertifiedKey>>): (name: string, socket: Socket) => void {
  const servers = new Map<string, TlsServer>();
  const serverFor = (name: string): TlsServer => {
    const server = createTlsServer({ ...forged[name], ALPNProtocols: ['http/1.1'] }, (secure) => {
      secure.on('error', () => {});
      secure.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok');
    });
    server.on('tlsClientError', () => {});
    servers.set(name, server);
    return server;
  };
  return (name, socket) => void (servers.get(name) ?? serverFor(name)).emit('connection', socket);
}

function respond(socket: Socket, reply: Reply): void {
  const body = reply.body ?? '';
  const headers = Object.entries(reply.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${reply.status ?? 200} OK\r\n${headers.join('')}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function serveFlow(
  config: MiddleboxConfig,
  intercept: (name: string, socket: Socket) => void,
  flow: MiddleboxConfig['flows'][number],
): Promise<void> {
  const onTls = (client: Socket, { bytes, name }: FirstWords) => {
    const action = matching(config.tls, name);
    if (action === 'reset') client.resetAndDestroy();
    else if (action === 'fin') client.end();
    else if (action === 'intercept') {
      client.unshift(bytes);
      intercept(name ?? '', client);
    } else if (action !== 'silence') passOn(client, bytes, flow, action === 'mute');
  };
  const onHttp = (client: Socket, { bytes, name }: FirstWords) => {
    const action = matching(config.http, name);
    if (action === 'reset') client.resetAndDestroy();
    else if (action === undefined) passOn(client, bytes, flow);
    else if (action !== 'silence') respond(client, action.reply);
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => {});
    const read = flow.port === 80 ? waitForRequest(client) : waitForHello(client);
    read.then((first) => (flow.port === 80 ? onHttp : onTls)(client, first)).catch(() => {});
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(flow.listen, '::', resolve);
  });
}

/** The reply leaves from the address that was asked, because the kernel undoes its own redirection. */
function injectDns(injection: NonNullable<MiddleboxConfig['injectDns']>): Promise<void> {
  const box = createSocket('udp4');
  box.on('message', (message, client) => {
    const query = decode(message);
    const question = query.questions?.[0];
    const lie = injection.lies[question?.name.toLowerCase() ?? ''];
    if (question?.type === 'A' && lie !== undefined) {
      const answers = [{ type: 'A' as const, name: question.name, ttl: 300, data: lie }];
      box.send(
        encode({ type: 'response', id: query.id ?? 0, flags: 0x180, questions: [question], answers }),
        client.port,
        client.address,
      );
    }
    const upstream = createSocket('udp4');
    upstream.once('message', (reply) => {
      box.send(reply, client.port, client.address);
      upstream.close();
    });
    upstream.send(message, 53, injection.to);
  });
  return new Promise((resolve, reject) => {
    box.once('error', reject);
    box.bind(injection.listen, '0.0.0.0', resolve);
  });
}

process.once('message', (config: MiddleboxConfig) => {
  const tell = (event: MiddleboxEvent) => process.send?.(event);
  const intercept = interceptor(config.forged);
  Promise.all([
    ...config.flows.map((flow) => serveFlow(config, intercept, flow)),
    ...(config.injectDns ? [injectDns(config.injectDns)] : []),
  ]).then(
    () => tell({ event: 'ready' }),
    (error: unknown) => tell({ event: 'failed', message: String(error) }),
  );
});
process.once('disconnect', () => process.exit());
