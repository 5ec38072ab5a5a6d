import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Failure } from '../../model/failure.ts';
import type { HelloProfile, ProxyStage } from '../../model/observation.ts';
import { classifyError } from '../classify-error.ts';
import { DeadlineError, withDeadline } from '../deadline.ts';
import { type ClientStream, createClientStream } from '../mtproto/client-stream.ts';
import { proveTelegram, type TelegramProof } from '../mtproto/prove-telegram.ts';
import { createClientHello } from '../mtproxy/client-hello.ts';
import { exchangeHello, type HelloAnswer } from '../mtproxy/exchange-hello.ts';
import { wrapInRecords } from '../mtproxy/fake-tls.ts';
import type { MtproxySecret } from '../mtproxy/parse-secret.ts';
import type { Connection, StepContext, StepResult } from '../step.ts';
import type { MtprotoPass } from './mtproto.ts';

export interface MtproxyOptions {
  readonly secret: MtproxySecret;
  /** The data centre the proxy shall lead to, as {@link MtprotoOptions.dc}. */
  readonly dc: number;
  /** The shape of the ClientHello; for secrets with fake TLS only. */
  readonly profile: HelloProfile;
  /** This machine's clock minus true time, in milliseconds: proxies refuse a hello whose time is off. */
  readonly clockSkewMs: number;
}

/**
 * Proves that Telegram answers through an MTProxy at the other end of this connection, as {@link mtprotoStep} does: with fake
 * TLS after a hello that the proxy must answer with its signature, within `timeouts.proxy` ms and within
 * `timeouts.mtproto`. `proxyStage` in the observation is the last stage reached.
 *
 * Failures before the proxy has proven itself are of step `proxy`, with detail `server-hello`: `timeout` (not one byte came),
 * `stall` (some came), `reset`, `eof`; or `proxy-protocol` with detail `ordinary-site` (a TLS server that does not know the
 * secret: it is wrong, the clock is, or this is no proxy; with the code of an alert where one came) or `not-tls`. Those after
 * it are those of {@link mtprotoStep}. The connection is used up.
 */
export async function mtproxyStep(
  connection: Connection,
  options: MtproxyOptions,
  context: StepContext,
): Promise<StepResult<MtprotoPass>> {
  const startedAt = context.clock.now();
  const { secret, dc } = options;
  const transport = secret.kind === 'plain' ? 'obfuscated-intermediate' : 'obfuscated-padded';
  try {
    const { proxyStage, proof } = await goThrough(connection.socket, transport, options, context);
    const observation = context.record(startedAt, {
      step: 'mtproto',
      port: connection.port,
      dc,
      transport,
      proxyStage,
      ...(secret.kind === 'fake-tls' ? { helloProfile: options.profile } : {}),
      ...proof,
    });
    if (proof.failure) return { ok: false, failure: proof.failure, observation };
    return { ok: true, value: proof.pingMs === undefined ? {} : { pingMs: proof.pingMs }, observation };
  } finally {
    connection.socket.destroy();
  }
}

interface Passage {
  readonly proxyStage: ProxyStage;
  readonly proof: TelegramProof;
}

async function goThrough(
  socket: Duplex,
  transport: 'obfuscated-intermediate' | 'obfuscated-padded',
  options: MtproxyOptions,
  context: StepContext,
): Promise<Passage> {
  const { secret, dc } = options;
  const stream = createClientStream({ transport, dc, secret: secret.key, random: randomBytes });
  if (secret.kind !== 'fake-tls') return converse(socket, stream, 'connect', context);
  const refused = await greet(socket, secret, options, context);
  return refused ?? converse(socket, wrapInRecords(stream), 'server-hello-verified', context);
}

/** @param before the stage at which a connection stays that broke in the meantime. */
async function converse(
  socket: Duplex,
  stream: ClientStream,
  before: ProxyStage,
  context: StepContext,
): Promise<Passage> {
  const proxyStage = socket.writable ? 'first-payload' : before;
  const proof = await proveTelegram(socket, stream, context);
  return { proof, proxyStage: proof.stage === 'resPQ' ? 'resPQ' : proxyStage };
}

/** Undefined when the proxy has proven that it knows the secret. */
async function greet(
  socket: Duplex,
  { key, domain }: Extract<MtproxySecret, { kind: 'fake-tls' }>,
  { profile, clockSkewMs }: MtproxyOptions,
  { clock, signal, timeouts }: StepContext,
): Promise<Passage | undefined> {
  const unixTime = Math.floor((clock.wall() - clockSkewMs) / 1000);
  const proxyStage = socket.writable ? 'hello' : 'connect';
  const exchange = exchangeHello(socket, createClientHello({ profile, key, domain, unixTime }), key);
  const refuse = (failure: Failure): Passage => {
    return { proxyStage, proof: { stage: 'sent', failure, bytesReceived: exchange.received() } };
  };
  try {
    // The proxy answers by itself, so it needs no longer than Telegram behind it does.
    const patience = Math.min(timeouts.proxy, timeouts.mtproto);
    const answer = await withDeadline(clock, patience, signal, () => exchange.answer);
    return answer.kind === 'verified' ? undefined : refuse(explainAnswer(answer));
  } catch (error) {
    const failure = classifyError('proxy', error, signal);
    if (signal.aborted) return refuse(failure);
    const silent = error instanceof DeadlineError && exchange.received() > 0 ? { kind: 'stall' as const } : {};
    return refuse({ ...failure, ...silent, detail: 'server-hello' });
  }
}

function explainAnswer(answer: Exclude<HelloAnswer, { kind: 'verified' }>): Failure {
  if (answer.kind === 'ended') return { step: 'proxy', kind: 'eof', detail: 'server-hello' };
  const alert = 'alert' in answer ? { code: String(answer.alert) } : {};
  return { step: 'proxy', kind: 'proxy-protocol', detail: answer.kind, ...alert };
}
