import type { ObservationOf } from '../../../model/observation.ts';
import type { Case, Decision, Rule, Says } from '../case.ts';
import { currentFailed, suspect, undecided } from '../decide.ts';

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

/** No endpoint can even be connected to. */
export const endpointsSilent: Rule = (c) => {
  const { failure } = c.current;
  if (c.target.protocol !== 'mtproto' || failure?.step !== 'connect' || c.good.length === 0) return undefined;
  const ports = new Set(
    c.current.observations.flatMap((item) =>
      item.step === 'connect' && !item.failure && item.purpose === 'main' ? [item.port] : [],
    ),
  );
  const refused = failure.kind === 'refused' || failure.kind === 'reset';
  const unreachable = failure.kind === 'unreachable' || failure.kind === 'network-down';
  return suspect(c, {
    mechanism: ports.size > 0 ? 'port' : 'ip',
    rule: ports.size > 0 ? 'port.filtered' : refused ? 'ip.refused' : unreachable ? 'ip.unreachable' : 'ip.timeout',
    evidence: [currentFailed(c)],
    telling: false,
    confirmed: true,
  });
};

function exchanges(c: Case, purpose: 'main' | 'fallback'): readonly ObservationOf<'mtproto'>[] {
  return c.current.observations.filter(
    (item): item is ObservationOf<'mtproto'> => item.step === 'mtproto' && item.purpose === purpose,
  );
}
