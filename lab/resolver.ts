import { isIP } from 'node:net';
import { answerQuestion, readQuestion, refuseQuestion } from './dns-answer.ts';
import type { Internet, Records } from './internet.ts';
import type { Isp } from './isp.ts';
import type { Reply } from './loopback.ts';

/** How long before the server's answer an injected one arrives, as a share of the round trip: the injector is nearer. */
const injectorNearness = 0.4;

export interface DnsPath {
  readonly internet: Internet;
  /** Who may answer on the way; absent on a path without middleboxes. */
  readonly isp?: Isp | undefined;
  /** Whether the question goes to the provider's own resolver. */
  readonly ownResolver: boolean;
  /** Whether a DNS server exists at the far end. */
  readonly answered: boolean;
  readonly roundTripMs: number;
  /** Runs `work` after `ms`, unless the lab has closed by then. */
  later(ms: number, work: () => void): void;
}

/** Plays one DNS server on UDP, as seen over one path. */
export function answerDatagram(message: Uint8Array, reply: Reply, path: DnsPath): void {
  const question = readQuestion(message);
  if (question === undefined) return;
  const fate = path.isp?.onQuery(question.name, path.ownResolver) ?? { kind: 'true' };
  const near = path.ownResolver ? path.roundTripMs : path.roundTripMs * injectorNearness;
  const answerTruly = () => {
    if (!path.answered) return;
    path.later(path.roundTripMs, () => reply(answerQuestion(question, path.internet.resolve(question.name))));
  };
  switch (fate.kind) {
    case 'true':
      answerTruly();
      return;
    case 'addresses':
      path.later(near, () => reply(answerQuestion(question, recordsOf(fate.addresses))));
      if (fate.trueAnswerFollows && !path.ownResolver) answerTruly();
      return;
    case 'nxdomain':
    case 'servfail':
    case 'refused': {
      const { kind } = fate;
      path.later(near, () => reply(refuseQuestion(question, kind)));
      return;
    }
    case 'silence':
      return;
  }
}

/** What the system's resolver says of a name: its addresses, or the code getaddrinfo fails with; `silence` when it waits. */
export function lookupName(
  name: string,
  internet: Internet,
  isp: Isp | undefined,
): readonly string[] | 'ENOTFOUND' | 'EAI_AGAIN' | 'silence' {
  if (isIP(name) !== 0) return [name];
  const asked = name.toLowerCase().replace(/\.$/, '');
  const fate = isp?.onQuery(asked, true) ?? { kind: 'true' };
  switch (fate.kind) {
    case 'addresses':
      return fate.addresses;
    case 'nxdomain':
      return 'ENOTFOUND';
    case 'servfail':
    case 'refused':
      return 'EAI_AGAIN';
    case 'silence':
      return 'silence';
    case 'true': {
      const records = internet.resolve(asked);
      const all = records === undefined ? [] : [...records.a, ...records.aaaa];
      return all.length === 0 ? 'ENOTFOUND' : all;
    }
  }
}

function recordsOf(addresses: readonly string[]): Records {
  return {
    a: addresses.filter((address) => isIP(address) === 4),
    aaaa: addresses.filter((address) => isIP(address) === 6),
  };
}
