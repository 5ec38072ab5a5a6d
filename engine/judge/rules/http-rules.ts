import type { ObservationOf } from '../../../model/observation.ts';
import { type Case, type Rule, type Says, seen } from '../case.ts';
import { suspect, undecided } from '../decide.ts';
import type { RuleId } from '../vocabulary.ts';

/** Where boxes that count packets stop a connection: after 10 to 32 KiB, about 25 packets. In bytes received. */
const freeze = { from: 10 * 1024, to: 32 * 1024 };

export const blockPage: Rule = (c) => {
  const page = lastPage(c);
  if (c.current.failure?.kind !== 'block-page' || !page) return undefined;
  const evidence: Says[] = [{ says: 'block-page-mark', observation: page.id }];
  if (page.foreignHost !== undefined) evidence.push({ says: 'redirected-to-foreign-host', observation: page.id });
  return suspect(c, { mechanism: 'http-blockpage', rule: 'http.block-page', evidence, telling: true, confirmed: true });
};

export const notThisService: Rule = (c) => {
  const page = lastPage(c);
  if (c.current.failure?.kind !== 'not-this-service' || c.current.failure.step !== 'http' || c.good.length === 0)
    return undefined;
  if (page?.foreignHost !== undefined && page.redirects[0]?.url.startsWith('http:')) {
    const evidence: Says[] = [{ says: 'redirected-to-foreign-host', observation: page.id }];
    return suspect(c, {
      mechanism: 'http-blockpage',
      rule: 'http.foreign-redirect',
      evidence,
      telling: false,
      confirmed: false,
    });
  }
  return undecided(c, 'http.not-this-service', [{ says: 'control-ok' }], ['open-in-browser', 'run-again']);
};

/** The answer begins and then stops for good. */
export const stalls: Rule = (c) => {
  const { failure } = c.current;
  const page = lastPage(c);
  if (failure?.step !== 'http' || !page || c.good.length === 0) return undefined;
  const received = page.receivedBytes ?? page.bodyBytes;
  // A TLS record of 16 KiB that was cut short gives no status at all, but its bytes had begun to come.
  const begun = page.status !== undefined || received >= freeze.from;
  if (!begun || !['stall', 'timeout', 'reset', 'eof', 'kernel-timeout'].includes(failure.kind)) return undefined;
  if (received >= freeze.from && received <= freeze.to && bothTriesStall(c)) {
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
    evidence: [{ says: 'stalled', observation: page.id }, { says: 'control-ok' }],
    next: ['run-again', 'use-working-route'],
  };
};

function bothTriesStall(c: Case): boolean {
  const pages = c.current.observations.filter(
    (item): item is ObservationOf<'http'> => item.step === 'http' && item.purpose === 'main',
  );
  const stalled = pages.filter((item) => {
    const received = item.receivedBytes ?? item.bodyBytes;
    return item.failure !== undefined && received >= freeze.from && received <= freeze.to;
  });
  return stalled.length >= c.current.tries;
}

const requestRules: Readonly<Record<string, RuleId>> = {
  reset: 'http.request.reset',
  eof: 'http.request.eof',
  timeout: 'http.request.silence',
  'kernel-timeout': 'http.request.silence',
  stall: 'http.request.silence',
};

/** The connection dies on the request itself, before one byte of an answer. */
export const cutAfterRequest: Rule = (c) => {
  const { failure } = c.current;
  const rule = failure?.step === 'http' ? requestRules[failure.kind] : undefined;
  const page = lastPage(c);
  if (rule === undefined || page?.status !== undefined) return undefined;
  const evidence: Says[] = [{ says: 'cut-after-request', observation: page?.id }];
  // Inside TLS nobody in between can read the request, so there this is more likely the server's own doing.
  if (c.hop.secure) {
    if (c.good.length === 0) return undefined;
    return { verdict: 'impaired', rule, confidence: 'low', evidence, next: ['run-again', 'use-working-route'] };
  }
  return suspect(c, { mechanism: 'protocol', rule, evidence, telling: false, confirmed: false });
};

function lastPage(c: Case): ObservationOf<'http'> | undefined {
  return seen(c, 'http').at(-1);
}
