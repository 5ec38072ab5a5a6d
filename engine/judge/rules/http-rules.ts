import type { Step } from '../../../model/failure.ts';
import type { ObservationOf } from '../../../model/observation.ts';
import { type Case, type Decision, failedObservation, type Rule, type Says, seen } from '../case.ts';
import { freeze } from '../compare-transfers.ts';
import { controlOk, currentFailed, suspect, undecided } from '../decide.ts';
import { findStrayPage } from '../read-redirect.ts';
import type { RuleId } from '../vocabulary.ts';
import { readPinned } from './connect-rules.ts';
import { addressDead } from './tls-rules.ts';

export const blockPage: Rule = (c) => {
  const page = lastPage(c);
  if (c.current.failure?.kind !== 'block-page' || !page) return undefined;
  const evidence: Says[] = [{ says: 'block-page-mark', observation: page.id }];
  if (page.foreignHost !== undefined) evidence.push({ says: 'redirected-to-foreign-host', observation: page.id });
  return suspect(c, { mechanism: 'http-blockpage', rule: 'http.block-page', evidence, telling: true, confirmed: true });
};

/** Something answers, but not with what this service says. */
export const notThisService: Rule = (c) => {
  const { failure } = c.current;
  if (failure?.kind !== 'not-this-service' || c.target.protocol === 'mtproto') return undefined;
  const page = lastPage(c);
  if (c.good.length === 0) {
    const same = c.bad.filter((result) => result.failure?.kind === 'not-this-service');
    if (same.length === 0) return undefined;
    const evidence: Says[] = [{ says: 'control-failed-same' }];
    return undecided(c, 'http.not-this-service', evidence, ['open-in-browser', 'run-again']);
  }
  return (
    strayed(c) ??
    undecided(
      c,
      'http.not-this-service',
      [{ says: 'answer-differs', observation: page?.id }, controlOk(c)],
      ['open-in-browser', 'run-again'],
    )
  );
};

/**
 * A page over plain HTTP that sent us to somebody else's site, while the control stayed at home: it may be a block page
 * that no mark knows yet. One that is itself signed is left open: warning pages rarely are, moved sites often.
 */
export const foreignRedirect: Rule = (c) => (c.current.state === 'ok' ? strayed(c) : undefined);

function strayed(c: Case): Decision | undefined {
  const stray = findStrayPage(c.current);
  if (!stray || c.good.length === 0 || c.good.some((result) => findStrayPage(result))) return undefined;
  const evidence: Says[] = [{ says: 'redirected-to-foreign-host', observation: stray.page.id }];
  const rule = 'http.foreign-redirect';
  if (stray.secure) return undecided(c, rule, [...evidence, controlOk(c)], ['open-in-browser', 'use-working-route']);
  return suspect(c, { mechanism: 'http-blockpage', rule, evidence, telling: false, confirmed: false });
}

/** The answer begins and then stops for good. */
export const stalls: Rule = (c) => {
  const { failure } = c.current;
  const page = lastPage(c);
  if (failure?.step !== 'http' || !page || c.good.length === 0) return undefined;
  const received = page.receivedBytes ?? page.bodyBytes;
  // A TLS record of 16 KiB that was cut short gives no status at all, but its bytes had begun to come.
  const begun = page.status !== undefined || received >= freeze.from;
  if (!begun || !['stall', 'timeout', 'reset', 'eof', 'kernel-timeout'].includes(failure.kind)) return undefined;
  if (bothTriesFreeze(c)) {
    const evidence: Says[] = [{ says: 'stalled-after-first-kilobytes', observation: page.id }];
    return suspect(c, {
      mechanism: 'freeze',
      rule: 'freeze.after-first-kilobytes',
      evidence,
      telling: false,
      confirmed: true,
    });
  }
  return {
    verdict: 'impaired',
    rule: 'http.stall',
    confidence: 'low',
    evidence: [{ says: 'stalled', observation: page.id }, controlOk(c)],
    next: ['run-again', 'use-working-route'],
  };
};

const silences = new Set(['stall', 'timeout', 'kernel-timeout']);

/** Silence, never a close: servers cut long headers and idle connections short by closing them. */
function bothTriesFreeze(c: Case): boolean {
  const pages = c.current.observations.filter(
    (item): item is ObservationOf<'http'> => item.step === 'http' && item.purpose === 'main',
  );
  const frozen = pages.filter((item) => {
    const received = item.receivedBytes ?? item.bodyBytes;
    return silences.has(item.failure?.kind ?? '') && received >= freeze.from && received <= freeze.to;
  });
  return frozen.length > 0 && frozen.length >= c.current.tries;
}

const requestRules: Readonly<Record<string, RuleId>> = {
  reset: 'http.request.reset',
  eof: 'http.request.eof',
  timeout: 'http.request.silence',
  'kernel-timeout': 'http.request.silence',
  stall: 'http.request.silence',
};

/** Inside a WebSocket, what Telegram's web client says is a request like any other. */
const requestSteps = new Set<Step>(['http', 'websocket', 'mtproto']);

/** The connection dies on the request itself, before one byte of an answer. */
export const cutAfterRequest: Rule = (c) => {
  const { failure } = c.current;
  const rule = failure && requestSteps.has(failure.step) ? requestRules[failure.kind] : undefined;
  if (rule === undefined || c.target.protocol === 'mtproto') return undefined;
  const asked = failedObservation(c);
  if (asked?.step === 'http' && asked.status !== undefined) return undefined;
  const evidence: Says[] = [{ says: 'cut-after-request', observation: asked?.id }];
  // Inside TLS nobody in between can read the request, so there this is more likely the server's own doing.
  if (c.hop.secure) {
    if (c.good.length === 0) return undefined;
    const all = [currentFailed(c), ...evidence, controlOk(c)];
    return { verdict: 'impaired', rule, confidence: 'low', evidence: all, next: ['run-again', 'use-working-route'] };
  }
  const { alive, dead } = readPinned(c);
  if (dead) return addressDead(c, dead);
  const confirmed = alive !== undefined;
  if (alive) evidence.push({ says: 'same-address-ok-elsewhere', observation: alive });
  return suspect(c, { mechanism: 'protocol', rule, evidence, telling: false, confirmed });
};

function lastPage(c: Case): ObservationOf<'http'> | undefined {
  return seen(c, 'http').at(-1);
}
