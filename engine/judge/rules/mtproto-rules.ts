import type { ObservationOf } from '../../../model/observation.ts';
import { type Case, type Decision, type Rule, type Says, seen } from '../case.ts';
import { suspect, undecided } from '../decide.ts';
import { rulesByKind } from './connect-rules.ts';

/** Some endpoints of a data centre answer: an app may find them, after long searching. */
export const someEndpoints: Rule = (c) => {
  if (c.target.protocol !== 'mtproto' || c.current.state !== 'impaired') return undefined;
  const failed = c.current.observations.findLast((item) => item.purpose === 'main' && item.failure);
  return {
    verdict: 'impaired',
    rule: 'mtproto.some-endpoints',
    confidence: c.good.length > 0 ? 'high' : 'medium',
    evidence: [{ says: 'some-endpoints-fail', observation: failed?.id }],
    next: c.good.length > 0 ? ['use-working-route'] : ['add-a-route'],
  };
};

/** Connected, and then the payload of MTProto was not let through. */
export const payloadSwallowed: Rule = (c) => {
  const { failure } = c.current;
  if (c.target.protocol !== 'mtproto' || failure?.step !== 'mtproto') return undefined;
  if (failure.kind === 'not-this-service') return notTelegram(c);
  const sent = exchanges(c, 'main').findLast((item) => item.failure);
  const plain = exchanges(c, 'fallback').find((item) => !item.failure);
  const evidence: Says[] = [{ says: 'payload-swallowed', observation: sent?.id }];
  if (plain) {
    evidence.push({ says: 'plain-transport-ok', observation: plain.id });
    // The same address answered another transport: that is a control in itself.
    return suspect(c, {
      mechanism: 'protocol',
      rule: 'mtproto.obfuscated-dropped',
      evidence,
      telling: true,
      confirmed: true,
    });
  }
  return suspect(c, { mechanism: 'protocol', rule: 'mtproto.swallowed', evidence, telling: false, confirmed: true });
};

function notTelegram(c: Case): Decision | undefined {
  const wrong = exchanges(c, 'main').findLast((item) => item.failure?.kind === 'not-this-service');
  const evidence: Says[] = [{ says: 'answer-not-telegram', observation: wrong?.id }];
  const decision = suspect(c, {
    mechanism: 'protocol',
    rule: 'mtproto.not-telegram',
    evidence,
    telling: false,
    confirmed: false,
  });
  return (
    decision ??
    (c.healthy.length === 0
      ? undecided(c, 'mtproto.not-telegram', evidence, ['sign-in-to-network', 'add-a-route'])
      : undefined)
  );
}

/** Telegram itself answered, with an error of its transport: only who knows the keys of our stream can say that. */
export const telegramRefused: Rule = (c) => {
  // Over TCP and inside a WebSocket alike.
  if (c.current.failure?.step !== 'mtproto') return undefined;
  const failed = exchanges(c, 'main').filter((item) => item.failure);
  const refused = failed.filter((item) => item.failure?.detail === 'transport-error');
  if (refused.length === 0 || refused.length * 2 < failed.length) return undefined;
  const evidence: Says[] = [{ says: 'server-refused', observation: refused.at(-1)?.id }];
  return undecided(c, 'mtproto.server-refused', evidence, ['check-clock', 'run-again']);
};

/** No endpoint can even be connected to. */
export const endpointsSilent: Rule = (c) => {
  const { failure } = c.current;
  if (c.target.protocol !== 'mtproto' || failure?.step !== 'connect') return undefined;
  const rule = onlySomePorts(c) ? 'port.filtered' : rulesByKind[failure.kind];
  if (rule === undefined) return undefined;
  const mechanism = rule === 'port.filtered' ? 'port' : 'ip';
  return suspect(c, { mechanism, rule, evidence: [], telling: false, confirmed: true });
};

/** Whether the very addresses that fail on some ports take connections on others, and no port does both. */
function onlySomePorts(c: Case): boolean {
  const connects = seen(c, 'connect').filter(({ peer }) => peer === 'target');
  const open = connects.filter(({ failure }) => !failure);
  const closed = connects.filter(({ failure }) => failure);
  const openPorts = new Set(open.map(({ port }) => port));
  const openAddresses = new Set(open.map(({ address }) => address));
  return open.length > 0 && closed.every(({ port, address }) => !openPorts.has(port) && openAddresses.has(address));
}

function exchanges(c: Case, purpose: 'main' | 'fallback'): readonly ObservationOf<'mtproto'>[] {
  return c.current.observations.filter(
    (item): item is ObservationOf<'mtproto'> => item.step === 'mtproto' && item.purpose === purpose,
  );
}
