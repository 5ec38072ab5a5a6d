import { describe, expect, it } from 'vitest';
import { readWhitelist } from '../../../engine/run/read-whitelist.ts';
import type { Failure } from '../../../model/failure.ts';
import type { Result } from '../../../model/result.ts';
import type { Target } from '../../../model/target.ts';
import { aResult, aTarget, failure } from '../../support/a-case.ts';

interface Site {
  readonly home?: string;
  /** Absent when it works; null when it was not tried. */
  readonly failure?: Failure | null;
  readonly protocol?: 'http' | 'https';
}

function read(sites: readonly Site[]): boolean {
  const targets: Target[] = [];
  const results: Result[] = [];
  sites.forEach(({ home, failure: failed, protocol = 'https' }, at) => {
    const id = `site-${at}`;
    targets.push(aTarget({ id, protocol, ...(home ? { home } : {}) }));
    const ran = failed === null ? { state: 'skipped' as const, tries: 0 as const } : failed ? { failure: failed } : {};
    results.push({ ...aResult('direct', ran), targetId: id });
  });
  return readWhitelist(targets, results);
}

const cut = failure('tls', 'timeout');
const atHome = { home: 'ru' };
const foreign = { failure: cut };

describe('readWhitelist', () => {
  it('needs one site at home that works and three foreign ones that all die after the greeting', () => {
    expect(read([atHome, foreign, foreign, foreign])).toBe(true);
    expect(read([atHome, foreign, foreign])).toBe(false);
    expect(read([foreign, foreign, foreign])).toBe(false);
    expect(read([{ ...atHome, ...foreign }, foreign, foreign, foreign])).toBe(false);
  });

  it.each(['reset', 'eof', 'timeout', 'kernel-timeout'] as const)('takes %s for a cut', (kind) => {
    expect(read([atHome, foreign, foreign, { failure: failure('tls', kind) }])).toBe(true);
  });

  it.each([
    ['works', {}],
    ['works in the clear', { protocol: 'http' as const }],
    ['answers with an alert', { failure: failure('tls', 'tls-alert') }],
    ['shows a wrong certificate', { failure: failure('tls', 'cert-untrusted') }],
    ['does not connect', { failure: failure('connect', 'timeout') }],
    ['breaks before the greeting', { failure: failure('tls', 'reset', { detail: 'before-hello' }) }],
    ['was not tried', { failure: null }],
  ])('is none where a foreign site %s', (_, site: Site) => {
    expect(read([atHome, foreign, foreign, foreign, site])).toBe(false);
  });

  it('is none where sites of two countries work: one of them is foreign', () => {
    expect(read([atHome, { home: 'cn' }, foreign, foreign, foreign])).toBe(false);
    expect(read([atHome, { home: 'cn', failure: cut }, foreign, foreign, foreign])).toBe(true);
  });
});
