import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CaseSpec, causes, createCases } from './create-cases.ts';
import { type PlayedHost, playCases } from './play-case.ts';
import { hasEnough, isElse, joinCases } from './read-calibration.ts';
import { readHosts } from './read-hosts.ts';

/** Every ninth case, all that must be found, and those that look most like a blocked range without being one. */
const specs = createCases().filter((spec, at) => at % 9 === 0 || mustBeFound(spec) || looksBlocked(spec));
let hosts: readonly PlayedHost[] = [];

function mustBeFound(spec: CaseSpec): boolean {
  return spec.cause === 'network' && hasEnough(spec);
}

/** All hosts of the range fail alike, and the control reaches them; so do all hosts outside of it. */
function looksBlocked(spec: CaseSpec): boolean {
  return (spec.form === 'firewall' || spec.form === 'every-name') && hasEnough(spec);
}

beforeAll(async () => {
  hosts = await playCases(specs, 12);
}, 60_000);

describe('a sample of the labelled cases, played through the whole engine', () => {
  it('holds every cause, some with a control and some without', () => {
    expect(specs.length).toBeGreaterThanOrEqual(40);
    expect(new Set(specs.map(({ cause }) => cause))).toEqual(new Set(causes));
    expect(new Set(specs.map(({ control }) => control)).size).toBe(2);
  });

  it('accuses no range where none is blocked', () => {
    const hard = new Set(specs.filter(looksBlocked).map(({ id }) => id));
    const others = hosts.filter((host) => isElse(host) && !hard.has(host.caseId));
    expect(others.length).toBeGreaterThan(40);
    expect(others.filter(({ band }) => band === 'likely')).toEqual([]);
  });

  it('accuses no range where nothing outside of it answers either', () => {
    const hard = joinCases(specs, hosts).filter(({ spec }) => looksBlocked(spec));
    expect(hard.length).toBeGreaterThan(4);
    expect(hard.flatMap((played) => played.hosts).filter(({ band }) => band === 'likely')).toEqual([]);
  });

  it('finds every blocked prefix that there is enough evidence for', () => {
    const enough = joinCases(specs, hosts).filter(({ spec }) => mustBeFound(spec));
    expect(enough.length).toBeGreaterThan(12);
    expect(enough.filter(({ subject }) => subject.band !== 'likely')).toEqual([]);
  });

  it('gets the outcomes that docs/collateral.md publishes; `npm run bench -- calibration` writes them anew', () => {
    const published = readHosts(readFileSync(new URL('../../docs/collateral-cases.csv', import.meta.url), 'utf8'));
    const ids = new Set(specs.map(({ id }) => id));
    expect(hosts).toEqual(published.filter(({ caseId }) => ids.has(caseId)));
  });
});
