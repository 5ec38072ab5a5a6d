import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, decode, encode } from 'dns-packet';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nodeClock } from '../../../engine/node-clock.ts';
import { resolveUdp } from '../../../engine/steps/resolve-udp.ts';
import { createRecording } from '../../support/recording-context.ts';
import { requireTool } from '../../support/require-tool.ts';
import { type Daemon, findFreePort, startDaemon } from '../../support/start-daemon.ts';

const name = 'www.example.com';
const clock = nodeClock();
const tenfold = (ms: number, signal: AbortSignal) => clock.sleep(ms / 10, signal);

let server: Socket | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

interface Query {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  /** How many came before it. */
  readonly index: number;
}

function reply(query: Query, addresses: string[], rcode = 0): Buffer {
  const type = query.type as 'A';
  const answers = addresses.map((data): Answer => ({ type, name: query.name, data, ttl: 60 }));
  const questions = [{ name: query.name, type }];
  return encode({ type: 'response', id: query.id, flags: 0x180 | rcode, questions, answers });
}

/** A resolver on 127.0.0.1 that answers each query with the messages `answer` makes. */
async function startResolver(answer: (query: Query) => readonly Buffer[]) {
  const socket = createSocket('udp4');
  server = socket;
  const queries: Query[] = [];
  const sources = new Set<number>();
  socket.on('message', (message: Buffer, from: RemoteInfo) => {
    const packet = decode(message);
    const [asked] = packet.questions ?? [];
    const query = { id: packet.id ?? 0, type: asked?.type ?? '', name: asked?.name ?? '', index: queries.length };
    queries.push(query);
    sources.add(from.port);
    for (const bytes of answer(query)) socket.send(bytes, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { endpoint: { address: '127.0.0.1', port: socket.address().port }, queries, sources };
}

const addressFor = (query: Query) => (query.type === 'A' ? '192.0.2.1' : '2001:db8::1');

describe('resolveUdp', () => {
  it('asks for both families from one socket, and adds what the tables know', async () => {
    const { endpoint, queries, sources } = await startResolver((query) => [reply(query, [addressFor(query)])]);
    const { context, observations } = createRecording({
      facts: (address) => (address.includes(':') ? {} : { asn: 64500 }),
    });
    const result = await resolveUdp(name, endpoint, context);
    const answers = [
      { address: '192.0.2.1', ttl: 60, asn: 64500 },
      { address: '2001:db8::1', ttl: 60 },
    ];
    expect(result).toEqual({ ok: true, value: answers, observation: 'o1' });
    expect(observations).toMatchObject([
      { step: 'resolve', resolver: 'udp', server: '127.0.0.1', name, answers, rcode: 'NOERROR' },
    ]);
    expect(observations[0]).not.toHaveProperty('laterAnswers');
    expect(queries.map((query) => query.type).sort()).toEqual(['A', 'AAAA']);
    expect(queries[0]?.id).not.toBe(queries[1]?.id);
    expect(sources.size).toBe(1);
  });

  it('records a bogon as the answer it is, and the second answer behind it', async () => {
    const { endpoint } = await startResolver((query) =>
      query.type === 'A' ? [reply(query, ['10.10.34.34']), reply(query, ['192.0.2.1'])] : [reply(query, [])],
    );
    const { context, of } = createRecording();
    const result = await resolveUdp(name, endpoint, context);
    expect(result).toMatchObject({ ok: true, value: [{ address: '10.10.34.34' }] });
    expect(of('resolve')[0]?.laterAnswers).toEqual([[{ address: '192.0.2.1', ttl: 60 }]]);
  });

  it('listens for the second answer as long as it was told to', async () => {
    const { endpoint } = await startResolver((query) => {
      setTimeout(() => sendLate(query), 80);
      return [reply(query, [addressFor(query)])];
    });
    const late: Query[] = [];
    const sendLate = (query: Query) => late.push(query);
    const { context } = createRecording();
    await resolveUdp(name, endpoint, context, { laterMs: 10 });
    expect(late).toEqual([]);
  });

  it('asks again after 1 s and 2.5 s, each time with new ids', async () => {
    const { endpoint, queries } = await startResolver((query) =>
      query.index < 4 ? [] : [reply(query, [addressFor(query)])],
    );
    const { context } = createRecording({ sleep: tenfold });
    const result = await resolveUdp(name, endpoint, context);
    expect(result.ok).toBe(true);
    expect(queries).toHaveLength(6);
    expect(new Set(queries.map((query) => query.id)).size).toBe(6);
  });

  it('does not wait to the end for a family that never answers', async () => {
    const { endpoint } = await startResolver((query) => (query.type === 'A' ? [reply(query, ['192.0.2.1'])] : []));
    const { context, of } = createRecording({ sleep: tenfold });
    expect(await resolveUdp(name, endpoint, context)).toMatchObject({ ok: true, value: [{ address: '192.0.2.1' }] });
    expect(of('resolve')[0]?.ms).toBeLessThan(300);
  });

  it.each([
    [3, 'nxdomain', 'NXDOMAIN'],
    [2, 'servfail', 'SERVFAIL'],
    [5, 'dns-refused', 'REFUSED'],
    [0, 'no-answer', 'NOERROR'],
  ])('rcode %i is %s', async (code, kind, rcode) => {
    const { endpoint } = await startResolver((query) => [reply(query, [], code)]);
    const { context, observations } = createRecording();
    const failure = { step: 'resolve', kind };
    expect(await resolveUdp(name, endpoint, context)).toEqual({ ok: false, failure, observation: 'o1' });
    expect(observations).toMatchObject([{ answers: [], rcode, failure }]);
  });

  it('keeps the true answer that comes behind a forged NXDOMAIN', async () => {
    const { endpoint } = await startResolver((query) => [reply(query, [], 3), reply(query, [addressFor(query)])]);
    const { context, of } = createRecording();
    expect(await resolveUdp(name, endpoint, context)).toMatchObject({ failure: { kind: 'nxdomain' } });
    expect(
      of('resolve')[0]
        ?.laterAnswers?.flat()
        .map((answer) => answer.address)
        .sort(),
    ).toEqual(['192.0.2.1', '2001:db8::1']);
  });

  it('says malformed, silent, refused and aborted apart', async () => {
    const kindOf = async (port: number, signal?: AbortSignal) => {
      const { context, observations } = createRecording({ sleep: tenfold, ...(signal && { signal }) });
      const result = await resolveUdp(name, { address: '127.0.0.1', port }, context);
      expect(observations).toHaveLength(1);
      return result.ok ? undefined : result.failure;
    };
    const broken = await startResolver((query) => [reply(query, [addressFor(query)]).subarray(0, -2)]);
    expect(await kindOf(broken.endpoint.port)).toEqual({ step: 'resolve', kind: 'dns-malformed' });
    server?.close();
    const silent = await startResolver(() => []);
    expect(await kindOf(silent.endpoint.port)).toEqual({ step: 'resolve', kind: 'timeout' });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const before = performance.now();
    expect(await kindOf(silent.endpoint.port, stop.signal)).toEqual({ step: 'resolve', kind: 'aborted' });
    expect(performance.now() - before).toBeLessThan(150);
    server?.close();
    server = undefined;
    expect(await kindOf(silent.endpoint.port)).toMatchObject({
      step: 'resolve',
      kind: 'refused',
      code: 'ECONNREFUSED',
    });
  });

  it('keeps the family that had come before an abort', async () => {
    const { endpoint } = await startResolver((query) => (query.type === 'A' ? [reply(query, ['192.0.2.1'])] : []));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const { context } = createRecording({ signal: stop.signal });
    expect(await resolveUdp(name, endpoint, context)).toMatchObject({ ok: true, value: [{ address: '192.0.2.1' }] });
  });

  it('leaves from the address it was told to', async () => {
    const { endpoint } = await startResolver((query) => [reply(query, [addressFor(query)])]);
    const { context } = createRecording();
    let from: string | undefined;
    const udp: typeof context.network.udp = (to, options) => {
      from = options.localAddress;
      return context.network.udp(to, options);
    };
    const watched = { ...context, network: { ...context.network, udp } };
    expect((await resolveUdp(name, endpoint, watched, { localAddress: '127.0.0.5' })).ok).toBe(true);
    expect(from).toBe('127.0.0.5');
  });

  it('sends nothing for a name no query can carry', async () => {
    const { endpoint, queries } = await startResolver(() => []);
    const { context } = createRecording();
    const failure = { step: 'resolve', kind: 'local-limit', detail: 'name' };
    expect(await resolveUdp('a'.repeat(64), endpoint, context)).toMatchObject({ ok: false, failure });
    expect(queries).toEqual([]);
  });
});

describe.skipIf(!requireTool(['dnsmasq']))('dnsmasq', () => {
  let daemon: Daemon;
  let port: number;
  beforeAll(async () => {
    port = await findFreePort();
    const user = process.getuid?.() === 0 ? ['--user=root'] : [];
    daemon = await startDaemon(
      'dnsmasq',
      [
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--pid-file=',
        '--no-resolv',
        '--no-hosts',
        '--bind-interfaces',
        '--listen-address=127.0.0.1',
        `--port=${port}`,
        '--local-ttl=77',
        '--host-record=real.example,192.0.2.9,2001:db8::9',
        '--cname=alias.example,real.example',
        '--host-record=four.example,192.0.2.4',
        '--address=/gone.example/',
        ...user,
      ],
      port,
    );
  });
  afterAll(() => daemon?.stop());

  const ask = async (asked: string) => resolveUdp(asked, { address: '127.0.0.1', port }, createRecording().context);

  it('answers, through an alias too', async () => {
    const value = [
      { address: '192.0.2.9', ttl: 77 },
      { address: '2001:db8::9', ttl: 77 },
    ];
    expect(await ask('real.example')).toMatchObject({ ok: true, value });
    expect(await ask('alias.example')).toMatchObject({ ok: true, value });
  });

  it('has names with one family, without any, and not at all', async () => {
    expect(await ask('four.example')).toMatchObject({ ok: true, value: [{ address: '192.0.2.4' }] });
    expect(await ask('gone.example')).toMatchObject({ failure: { kind: 'nxdomain' } });
    expect(await ask('elsewhere.example')).toMatchObject({ failure: { kind: 'dns-refused' } });
  });
});
