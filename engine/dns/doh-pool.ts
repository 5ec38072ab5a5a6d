import type { Failure, Step } from '../../model/failure.ts';
import { canonicalAddress } from '../addresses.ts';
import { classifyError } from '../classify-error.ts';
import { DeadlineError, withDeadline } from '../deadline.ts';
import type { DohServer } from '../run/run-input.ts';
import type { Dialer, StepContext } from '../step.ts';
import { tlsStep } from '../steps/tls.ts';
import { createDohLine, type DohLine, type Posted } from './doh-line.ts';

/** A few connections to one DoH server, each with a queue of queries. */
export interface DohPool {
  /**
   * Posts a query when its turn comes in the shorter queue. `begin` is called then, and answers whether the query is still
   * wanted. Never rejects; a failure is one of the resolve step, whose detail says which stage failed (`doh-tls`).
   */
  post(query: Uint8Array, context: StepContext, begin: () => boolean): Promise<Posted>;
  /** Destroys every connection and ends the queries under way as aborted; later ones open new connections. */
  drop(): void;
}

/** A connection, opened when first needed and again when it has died, and the queries that wait for it. */
interface Lane {
  tail: Promise<unknown>;
  waiting: number;
  /** What an overall deadline would cut short now. */
  stage: Step;
  line?: DohLine;
}

const lanesPerServer = 2;
const addressesTried = 2;
/** How long a server that could not be reached is taken to be so, in milliseconds; then one more query finds out. */
const rememberedMs = 30_000;

function failed(failure: Failure): Posted {
  return { ok: false, reached: false, failure };
}

/** The failure of a stage on the way to the server, as one of the resolve step: it says nothing about any target. */
function inResolve({ step, kind, code }: Failure, remembered = false): Failure {
  const detail = `doh-${step}${remembered ? '-remembered' : ''}`;
  return { step: 'resolve', kind, ...(code !== undefined && { code }), detail };
}

/** Opens connections to the server; the steps on the way are nobody's evidence and are not recorded. */
function createOpener(url: URL, server: DohServer, dialer: Dialer) {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? 443 : Number(url.port);
  const addresses = server.addresses.map(canonicalAddress).filter((address) => address !== null);
  const hosts = dialer.remoteDns ? [host] : addresses.slice(0, addressesTried);

  return async (lane: Lane, context: StepContext, signal: AbortSignal): Promise<DohLine | Failure> => {
    const { resolve, connect } = context.timeouts;
    // Leaves time for the second address when the first is silent, and for the query after it.
    const timeouts = { ...context.timeouts, connect: Math.min(connect, (resolve * 3) / 8) };
    const silent: StepContext = { ...context, signal, timeouts, record: () => '' };
    let failure: Failure = { step: 'connect', kind: 'no-answer' };
    for (const address of hosts) {
      lane.stage = dialer.remoteDns ? 'proxy' : 'connect';
      const dialled = await dialer.dial({ host: address, port }, silent);
      if (dialled.ok) lane.stage = 'tls';
      const secured = dialled.ok
        ? await tlsStep(dialled.value, { peer: 'target', serverName: host, verify: host }, silent)
        : dialled;
      if (secured.ok) return createDohLine(secured.value.socket);
      failure = secured.failure;
      if (signal.aborted) break;
    }
    return failure;
  };
}

/**
 * Connections through `dialer`: to the server's name where the route resolves names at its far end, to its addresses
 * otherwise. A query's turn, with the opening of a connection where one is needed, takes at most `timeouts.resolve`. A
 * server that could not be reached is remembered for 30 s, so that not every query waits for it.
 */
export function createDohPool(url: URL, server: DohServer, dialer: Dialer): DohPool {
  const open = createOpener(url, server, dialer);
  const lanes = Array.from(
    { length: lanesPerServer },
    (): Lane => ({ tail: Promise.resolve(), waiting: 0, stage: 'connect' }),
  );
  let session = new AbortController();
  let down: { readonly failure: Failure; readonly until: number } | undefined;

  /** Twice at most: a connection that had answered before may have been closed as idle, a new one may not. */
  async function exchange(lane: Lane, query: Uint8Array, context: StepContext, signal: AbortSignal): Promise<Posted> {
    for (;;) {
      const line = lane.line?.isUsable() ? lane.line : await open(lane, context, signal);
      if ('kind' in line) return failed(line);
      if (signal.aborted) {
        line.close();
        return failed(classifyError('http', signal.reason));
      }
      lane.line = line;
      lane.stage = 'http';
      const mayBeStale = line.hasAnswered();
      const posted = await line.post(url, query, signal);
      if (posted.ok || posted.reached || !mayBeStale || signal.aborted) return posted;
    }
  }

  function remember(posted: Posted, now: number): void {
    if (posted.ok || posted.reached) down = undefined;
    else if (posted.failure.kind !== 'local-limit') down = { failure: posted.failure, until: now + rememberedMs };
  }

  async function takeTurn(lane: Lane, query: Uint8Array, context: StepContext): Promise<Posted> {
    const { clock, timeouts } = context;
    if (down !== undefined && clock.now() < down.until) return failed(inResolve(down.failure, true));
    const { signal } = session;
    const work = (limited: AbortSignal) => exchange(lane, query, context, limited);
    const posted = await withDeadline(clock, timeouts.resolve, signal, work).catch((error: unknown) => {
      lane.line?.close();
      if (error instanceof DeadlineError) return failed({ step: lane.stage, kind: 'timeout' });
      // A programmer error must not look like a network's.
      if (!signal.aborted) throw error;
      return failed({ step: lane.stage, kind: 'aborted' });
    });
    if (signal.aborted) return failed({ step: 'resolve', kind: 'aborted' });
    remember(posted, clock.now());
    return posted.ok ? posted : { ...posted, failure: inResolve(posted.failure) };
  }

  return {
    post(query, context, begin) {
      const lane = lanes.reduce((best, other) => (other.waiting < best.waiting ? other : best));
      lane.waiting++;
      const turn = lane.tail.then(() =>
        begin() ? takeTurn(lane, query, context) : failed({ step: 'resolve', kind: 'aborted' }),
      );
      lane.tail = turn.catch(() => {}).finally(() => lane.waiting--);
      return turn;
    },
    drop() {
      session.abort();
      session = new AbortController();
      for (const lane of lanes) lane.line?.close();
    },
  };
}
