import { randomInt } from 'node:crypto';
import type { Endpoint } from '../../model/address.ts';
import type { Failure } from '../../model/failure.ts';
import type { Answer } from '../../model/observation.ts';
import { classifyError } from '../classify-error.ts';
import { settled, withDeadline } from '../deadline.ts';
import { describeAnswers } from '../dns/answers.ts';
import { combineReplies } from '../dns/combine-replies.ts';
import { type AddressRecord, isQueryName } from '../dns/message.ts';
import { createUdpExchange, type UdpExchange } from '../dns/udp-exchange.ts';
import type { UdpChannel } from '../network.ts';
import type { StepContext, StepResult } from '../step.ts';

export interface UdpOptions {
  /** Source address to bind, for an interface route. */
  readonly localAddress?: string | undefined;
  /** How long to keep listening for a second, different reply, in milliseconds. */
  readonly laterMs?: number | undefined;
}

/** Pauses before the second and the third sending, in milliseconds: at 1 s and at 2.5 s. */
const resendAfter = [1000, 1500];
const defaultLaterMs = 150;
/** How long the other family may still take once one has answered: networks that drop AAAA queries are common. */
const otherFamilyMs = 1500;

/** Sends, sends again and listens until both queries have their answers, or one and its time is up. Rejects on an error. */
async function converse(
  exchange: UdpExchange,
  channel: UdpChannel,
  context: StepContext,
  laterMs: number,
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  const stop = AbortSignal.any([signal, done.signal]);
  const { clock } = context;
  const ended = new Promise<void>((resolve, reject) => {
    const endAfter = (ms: number) => clock.sleep(ms, stop).then(resolve, () => {});
    let before = 0;
    const onMessage = (message: Uint8Array) => {
      exchange.take(message);
      const answered = exchange.answered();
      if (answered === before) return;
      before = answered;
      void endAfter(answered === 2 ? laterMs : otherFamilyMs);
    };
    const onError = (error: unknown) => {
      if (exchange.answered() === 0) reject(error);
    };
    const sendAll = () => Promise.all(exchange.queries().map((query) => channel.send(query)));
    channel.listen(onMessage, onError);
    const sendAgain = async () => {
      await sendAll();
      for (const pause of resendAfter) {
        await clock.sleep(pause, stop);
        await sendAll();
      }
    };
    sendAgain().catch(onError);
    stop.addEventListener('abort', () => reject(stop.reason), { once: true });
  });
  try {
    await ended;
  } finally {
    done.abort(settled);
  }
}

interface Found {
  readonly records: readonly AddressRecord[];
  readonly rcode?: string;
  readonly later: readonly (readonly AddressRecord[])[];
  readonly failure?: Failure;
}

async function ask(name: string, server: Endpoint, context: StepContext, options: UdpOptions): Promise<Found> {
  const { localAddress, laterMs = defaultLaterMs } = options;
  const exchange = createUdpExchange(name, () => randomInt(0x10000));
  let failure: Failure = { step: 'resolve', kind: 'timeout' };
  let channel: UdpChannel | undefined;
  try {
    await withDeadline(context.clock, context.timeouts.resolve, context.signal, async (signal) => {
      channel = await context.network.udp(server, { signal, ...(localAddress !== undefined && { localAddress }) });
      if (!signal.aborted) await converse(exchange, channel, context, laterMs, signal);
    });
  } catch (error) {
    failure = classifyError('resolve', error, context.signal);
  } finally {
    channel?.close();
  }
  return { ...combineReplies(...exchange.end(failure)), later: exchange.later() };
}

/**
 * Asks a DNS server over UDP (RFC 1035 4.2.1) for the A and AAAA records of a name in ASCII form. The first reply to each
 * query counts; different ones that follow are recorded as `laterAnswers`. Addresses of either family make it a success,
 * also when it is aborted after they came.
 */
export async function resolveUdp(
  name: string,
  server: Endpoint,
  context: StepContext,
  options: UdpOptions = {},
): Promise<StepResult<Answer[]>> {
  const startedAt = context.clock.now();
  const found: Found = isQueryName(name)
    ? await ask(name, server, context, options)
    : { records: [], later: [], failure: { step: 'resolve', kind: 'local-limit', detail: 'name' } };
  const { rcode, failure } = found;
  const answers = describeAnswers(found.records, context);
  const laterAnswers = found.later.map((records) => describeAnswers(records, context));
  const observation = context.record(startedAt, {
    step: 'resolve',
    resolver: 'udp',
    server: server.address,
    name,
    answers,
    ...(rcode !== undefined && { rcode }),
    ...(laterAnswers.length > 0 && { laterAnswers }),
    ...(failure !== undefined && { failure }),
  });
  return failure === undefined ? { ok: true, value: answers, observation } : { ok: false, failure, observation };
}
