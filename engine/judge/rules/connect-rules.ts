import { isIP } from 'node:net';
import { nat64Embedded } from '../../addresses.ts';
import { type Case, looks, type Rule, type Says } from '../case.ts';
import { suspect, undecided } from '../decide.ts';
import { isCut } from '../read-cut.ts';
import { endingOf, proxyCouldNotReach } from '../same-failure.ts';
import type { RuleId } from '../vocabulary.ts';
import { addressDead } from './tls-rules.ts';

/** What a connection that could not be made looks like. */
export const rulesByKind: Readonly<Record<string, RuleId>> = {
  refused: 'ip.refused',
  reset: 'ip.refused',
  eof: 'ip.refused',
  unreachable: 'ip.unreachable',
  timeout: 'ip.timeout',
  'kernel-timeout': 'ip.timeout',
};

/** No TCP connection to any address of the service, or none that outlives the first byte, though the rest of the network answers. */
export const connectFails: Rule = (c) => {
  const { failure } = c.current;
  const brokenAtOnce = failure?.step === 'tls' && failure.detail === 'before-hello';
  const rule = failure?.step === 'connect' || brokenAtOnce ? rulesByKind[failure.kind] : undefined;
  if (c.current.state !== 'failed' || rule === undefined || c.good.length === 0) return undefined;
  const pinned = readPinned(c);
  if (pinned.dead) return addressDead(c, pinned.dead);
  const alive: Says[] = pinned.alive ? [{ says: 'same-address-ok-elsewhere', observation: pinned.alive }] : [];
  const port = otherPort(c);
  const onlyThisPort = port?.says === 'other-port-answers';
  return suspect(c, {
    mechanism: onlyThisPort ? 'port' : 'ip',
    rule: onlyThisPort ? 'port.filtered' : rule,
    evidence: [...alive, ...(port ? [port] : [])],
    telling: false,
    confirmed: pinned.alive !== undefined,
  });
};

/** The address dialled here, dialled again through the control; `dead` only when it answered over none. */
export function readPinned(c: Case): { readonly alive?: string; readonly dead?: string } {
  const connects = looks(c, 'pinned', 'connect').filter(({ peer }) => peer === 'target');
  const tls = looks(c, 'pinned', 'tls').filter(({ peer }) => peer === 'target');
  const pages = looks(c, 'pinned', 'http');
  const alive =
    tls.find((item) => !item.failure) ??
    (c.hop.secure ? undefined : pages.find(({ status }) => status !== undefined)) ??
    (c.target.protocol === 'tcp' ? connects.find((item) => !item.failure) : undefined);
  if (alive) return { alive: alive.id };
  // A proxy that could not be reached, or would not dial, says nothing of the address.
  const dead =
    looks(c, 'pinned', 'proxy').find(({ failure }) => failure && proxyCouldNotReach(failure)) ??
    connects.find(({ failure }) => failure && endingOf(failure) !== undefined) ??
    tls.find(isCut) ??
    pages.find(({ failure, status }) => failure && status === undefined && endingOf(failure) !== undefined);
  return dead ? { dead: dead.id } : {};
}

/** An answer on another port, even a refusal, shows that packets reach the address. */
function otherPort(c: Case): Says | undefined {
  const others = looks(c, 'other-port', 'connect');
  if (others.length === 0 || c.environment.connectsProveNothing) return undefined;
  const silentHere = c.current.failure?.kind !== 'refused' && c.current.failure?.kind !== 'reset';
  const answers = others.find(({ failure }) => !failure || (silentHere && failure.kind === 'refused'));
  if (answers) return { says: 'other-port-answers', observation: answers.id };
  return { says: 'other-port-fails', observation: others[0]?.id };
}

/** Only IPv6 addresses, on a connection without working IPv6: then nobody need be in the way. */
export const withoutIpv6: Rule = (c) => {
  const { addresses } = c.hop;
  if (c.current.failure?.step !== 'connect' || addresses.length === 0 || c.environment.ipv6 === 'works') {
    return undefined;
  }
  // A network without IPv4 of its own reaches IPv4 by such addresses (RFC 6052).
  const all = addresses.every((address) => isIP(address) === 6 && nat64Embedded(address) === null);
  if (!all) return undefined;
  const next = c.good.length > 0 ? (['use-working-route', 'check-connection'] as const) : (['add-a-route'] as const);
  return undecided(c, 'gate.ipv6', [{ says: 'ipv6-ignored' }], next);
};
