import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { parseSecret } from '../../engine/mtproxy/parse-secret.ts';
import { createMtproxyServer, type MtproxyServerOptions } from '../../lab/mtproxy-server.ts';
import { serveTelegram } from '../../lab/telegram-server.ts';
import { createKeyExchange } from '../support/key-exchange.ts';
import { directly, makeAuthKey, mtcuteFramings, throughMtproxy, throughWebsocket } from '../support/mtcute-client.ts';
import { serveTcp, type TcpServer } from '../support/tcp-server.ts';

// Our own client is tested on the lab's servers, which share its code. Here a client that shares none goes through the whole
// key exchange (req_pq_multi, resPQ, req_DH_params, server_DH_params_ok, set_client_DH_params, dh_gen_ok) with them.

const exchange = createKeyExchange();
const trust = exchange.publicKey;

const key = '0123456789abcdeffedcba9876543210';
const domain = 'museum.example';
const fakeTls = Buffer.concat([Buffer.of(0xee), Buffer.from(key, 'hex'), Buffer.from(domain)]);
const secrets = {
  plain: key,
  padded: `dd${key}`,
  'fake TLS': fakeTls.toString('hex'),
  'fake TLS, in base64url': fakeTls.toString('base64url'),
} as const;

/** An MTProxy in front of data centres that are strict about their number. */
async function serveMtproxy(secret: string, more: Partial<MtproxyServerOptions> = {}) {
  const parsed = parseSecret(secret);
  if (!parsed.ok) throw new RangeError(parsed.problem);
  const asked: number[] = [];
  const centre = (dc: number) => serveTcp((socket) => serveTelegram(socket, { dc: Math.abs(dc), exchange }));
  const centres = new Map<number, TcpServer>([
    [2, await centre(2)],
    [-4, await centre(-4)],
  ]);
  const proxy = await serveTcp(
    createMtproxyServer({
      secret: parsed.secret,
      dialTelegram: async (dc) => {
        asked.push(dc);
        const at = centres.get(dc);
        if (at === undefined) throw new RangeError('no such data centre');
        return connect(at.port, '127.0.0.1');
      },
      ...more,
    }),
  );
  return { endpoint: proxy.endpoint, asked };
}

/** The site that strangers are shown; it wants none of what they say (RFC 8446 6.2, handshake_failure). */
async function serveMask() {
  const { port } = await serveTcp((socket) => {
    socket.once('data', () => socket.end(Buffer.from('15030300020228', 'hex')));
  });
  return { dialMask: async () => connect(port, '127.0.0.1') };
}

function expectAgreement(authKey: Uint8Array, dc: number) {
  const last = exchange.agreed.at(-1);
  expect(last?.dc).toBe(dc);
  expect(last?.authKey.equals(authKey)).toBe(true);
  expect(authKey.length).toBeGreaterThan(250);
}

/** Carries a connection on in pieces of 1 to 7 bytes, each in a packet of its own. */
function relayInPieces(from: Socket, to: Socket) {
  const carry = (source: Socket, sink: Socket) => {
    source.on('data', async (chunk: Buffer) => {
      source.pause();
      for (let at = 0, length = 1; at < chunk.length; at += length, length = (length % 7) + 1) {
        await new Promise((resolve) => sink.write(chunk.subarray(at, at + length), resolve));
      }
      source.resume();
    });
    source.on('error', () => {}).on('close', () => sink.destroy());
  };
  carry(from.setNoDelay(), to.setNoDelay());
  carry(to, from);
}

describe('mtcute, a Telegram client by others, makes a key with our data centre', () => {
  it.each(mtcuteFramings)('over the %s transport', async (framing) => {
    // It names no data centre unless there is a proxy.
    const { endpoint } = await serveTcp((socket) => serveTelegram(socket, { dc: 2, anyDc: true, exchange }));
    expectAgreement(await makeAuthKey({ transport: directly(framing), dc: 2, endpoint, trust }), 2);
  });

  it('inside a WebSocket', async () => {
    const web = createServer();
    const sockets = new WebSocketServer({ server: web, path: '/apiws', handleProtocols: () => 'binary' });
    sockets.on('connection', (socket) => {
      serveTelegram(createWebSocketStream(socket), { dc: 2, anyDc: true, exchange });
    });
    const { port } = await serveTcp((socket) => void web.emit('connection', socket));
    onTestFinished(() => sockets.close());
    const transport = throughWebsocket(`ws://127.0.0.1:${port}/apiws`);
    expectAgreement(await makeAuthKey({ transport, dc: 2, trust }), 2);
  });
});

describe('mtcute, a Telegram client by others, makes a key through our MTProxy', () => {
  it.each(Object.entries(secrets))('with a secret that is %s', async (_, secret) => {
    const { endpoint, asked } = await serveMtproxy(secret);
    expectAgreement(await makeAuthKey({ transport: throughMtproxy(endpoint, secret), dc: 2, trust }), 2);
    expect(asked).toEqual([2]);
  });

  it.each(Object.entries(secrets))('for the media of a data centre, with a secret that is %s', async (_, secret) => {
    const { endpoint, asked } = await serveMtproxy(secret);
    expectAgreement(await makeAuthKey({ transport: throughMtproxy(endpoint, secret), dc: 4, media: true, trust }), -4);
    expect(asked).toEqual([-4]);
  });

  it.each(Object.entries(secrets))('cut into small pieces, with a secret that is %s', async (_, secret) => {
    const { endpoint } = await serveMtproxy(secret);
    const relay = await serveTcp((socket) => relayInPieces(socket, connect(endpoint.port, endpoint.address)));
    expectAgreement(await makeAuthKey({ transport: throughMtproxy(relay.endpoint, secret), dc: 2, trust }), 2);
  });
});

describe('mtcute, a Telegram client by others, is turned away by our MTProxy', () => {
  const wrong = (secret: string) => secret.replace('01234567', '01234568');

  it.each(Object.entries({ plain: key, padded: secrets.padded, 'fake TLS': secrets['fake TLS'] }))(
    'with another secret than its own that is %s',
    async (_, secret) => {
      const { endpoint, asked } = await serveMtproxy(secret, await serveMask());
      const before = exchange.agreed.length;
      const attempt = makeAuthKey({ transport: throughMtproxy(endpoint, wrong(secret)), dc: 2, trust }, 400);
      await expect(attempt).rejects.toThrow('mtcute made no key');
      expect(asked).toEqual([]);
      expect(exchange.agreed).toHaveLength(before);
    },
  );

  it.each([
    ['late by more than two minutes', 125],
    ['early by more than three seconds', -8],
  ])('when its hello is %s', async (_, seconds) => {
    const secret = secrets['fake TLS'];
    const { endpoint, asked } = await serveMtproxy(secret, {
      ...(await serveMask()),
      now: () => Date.now() + seconds * 1000,
    });
    const attempt = makeAuthKey({ transport: throughMtproxy(endpoint, secret), dc: 2, trust }, 400);
    await expect(attempt).rejects.toThrow('mtcute made no key: Error: Server hello is invalid');
    expect(asked).toEqual([]);
  });

  it('but not when its hello is late by less', async () => {
    const secret = secrets['fake TLS'];
    const { endpoint } = await serveMtproxy(secret, { now: () => Date.now() + 100_000 });
    expectAgreement(await makeAuthKey({ transport: throughMtproxy(endpoint, secret), dc: 2, trust }), 2);
  });
});
