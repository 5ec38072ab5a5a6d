import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineReplies, type QueryEnd } from '../../../engine/dns/combine-replies.ts';

const good: QueryEnd = {
  kind: 'reply',
  rcode: 'NOERROR',
  truncated: false,
  records: [{ address: '192.0.2.1', ttl: 1 }],
};
const empty: QueryEnd = { kind: 'reply', rcode: 'NOERROR', truncated: false, records: [] };
const cut: QueryEnd = { ...empty, truncated: true };
const error = (rcode: string): QueryEnd => ({ kind: 'reply', rcode, truncated: false, records: [] });
const silent: QueryEnd = { kind: 'failed', failure: { step: 'resolve', kind: 'timeout' } };
const nxdomain = error('NXDOMAIN');

describe('combineReplies', () => {
  it.each([silent, empty, nxdomain, error('SERVFAIL')])('one family is enough: %o', (other) => {
    const expected = { records: good.kind === 'reply' ? good.records : [], rcode: 'NOERROR' };
    expect(combineReplies(good, other)).toEqual(expected);
    expect(combineReplies(other, good)).toEqual(expected);
  });

  it.each([
    [empty, empty, 'NOERROR', { kind: 'no-answer' }],
    [cut, cut, 'NOERROR', { kind: 'no-answer', detail: 'truncated' }],
    [nxdomain, nxdomain, 'NXDOMAIN', { kind: 'nxdomain' }],
    [nxdomain, silent, 'NXDOMAIN', { kind: 'nxdomain' }],
    [silent, nxdomain, 'NXDOMAIN', { kind: 'nxdomain' }],
    [error('SERVFAIL'), empty, 'SERVFAIL', { kind: 'servfail' }],
    [empty, error('REFUSED'), 'REFUSED', { kind: 'dns-refused' }],
    [error('NOTIMP'), error('NOTIMP'), 'NOTIMP', { kind: 'dns-refused', code: 'NOTIMP' }],
    [silent, silent, undefined, { kind: 'timeout' }],
    [silent, empty, 'NOERROR', { kind: 'timeout' }],
    [empty, silent, 'NOERROR', { kind: 'timeout' }],
  ] as const)('%o and %o', (a, aaaa, rcode, failure) => {
    expect(combineReplies(a, aaaa)).toEqual({
      records: [],
      ...(rcode && { rcode }),
      failure: { step: 'resolve', ...failure },
    });
  });

  it('fails exactly when there is no address', () => {
    const end = fc.constantFrom(good, empty, cut, nxdomain, silent, error('SERVFAIL'), error('RCODE_13'));
    fc.assert(
      fc.property(end, end, (a, aaaa) => {
        const { records, failure } = combineReplies(a, aaaa);
        expect(failure === undefined).toBe(records.length > 0);
      }),
    );
  });
});
