import { type Case, looks, type Rule, type Says } from '../case.ts';
import { suspect, undecided } from '../decide.ts';
import type { RuleId } from '../vocabulary.ts';

/** No TCP connection to any address of the service, though the rest of the network answers. */
export const connectFails: Rule = (c) => {
  const { failure } = c.current;
  if (c.current.state !== 'failed' || failure?.step !== 'connect' || c.good.length === 0) return undefined;
  const pinned = readPinned(c);
  if (pinned.dead && !pinned.alive) {
    return undecided(
      c,
      'ip.address-dead',
      [{ says: 'same-address-dead-elsewhere', observation: pinned.dead }],
      ['run-again', 'ask-site-owner'],
    );
  }
  const alive: Says[] = pinned.alive ? [{ says: 'same-address-ok-elsewhere', observation: pinned.alive }] : [];
  const port = otherPort(c);
  const onlyThisPort = port?.says === 'other-port-answers';
  return suspect(c, {
    mechanism: onlyThisPort ? 'port' : 'ip',
    rule: onlyThisPort ? 'port.filtered' : ruleFor(failure.kind),
    evidence: [...alive, ...(port ? [port] : [])],
    telling: false,
    confirmed: pinned.alive !== undefined,
  });
};

function ruleFor(kind: string): RuleId {
  if (kind === 'refused' || kind === 'reset') return 'ip.refused';
  return kind === 'unreachable' || kind === 'network-down' ? 'ip.unreachable' : 'ip.timeout';
}

/** The address dialled here, dialled again through the control. */
function readPinned(c: Case): { readonly alive?: string; readonly dead?: string } {
  const last = c.hop.secure
    ? looks(c, 'pinned', 'tls')
    : looks(c, 'pinned', 'connect').filter(({ peer }) => peer === 'target');
  const tunnelled = looks(c, 'pinned', 'proxy');
  const alive = [...last, ...(c.hop.secure ? [] : tunnelled)].find((item) => !item.failure);
  const dead = [...last, ...tunnelled, ...looks(c, 'pinned', 'connect')].find((item) => item.failure);
  return { ...(alive ? { alive: alive.id } : {}), ...(dead ? { dead: dead.id } : {}) };
}

/** An answer on another port, even a refusal, shows that packets reach the address. */
function otherPort(c: Case): Says | undefined {
  const other = looks(c, 'other-port', 'connect')[0];
  if (!other || c.environment.connectsProveNothing) return undefined;
  const silentHere = c.current.failure?.kind !== 'refused' && c.current.failure?.kind !== 'reset';
  const answers = !other.failure || (silentHere && other.failure.kind === 'refused');
  return { says: answers ? 'other-port-answers' : 'other-port-fails', observation: other.id };
}
