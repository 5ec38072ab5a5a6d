import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOlder, maxIpRangesBytes, parseIpRanges } from '../../../engine/ranges/ip-ranges.ts';
import { type SampleRow, sampleFile } from './sample-ranges.ts';

const rows: SampleRow[] = [
  ['52.58.0.0/15', 'eu-central-1', 'AMAZON'],
  ['52.58.0.0/15', 'eu-central-1', 'EC2'],
  ['2600:9000::/28', 'GLOBAL', 'CLOUDFRONT'],
];
const problemOf = (value: unknown) => {
  const parsed = parseIpRanges(typeof value === 'string' ? value : JSON.stringify(value));
  return parsed.ok ? null : parsed.problem;
};
const withRow = (row: unknown) => sampleFile(rows, { prefixes: [row] });
const good = { ip_prefix: '10.0.0.0/8', region: 'eu-west-1', service: 'EC2' };

describe('parseIpRanges', () => {
  it('reads a file', () => {
    const parsed = parseIpRanges(JSON.stringify(sampleFile(rows)));
    expect(parsed).toMatchObject({
      ok: true,
      ranges: {
        syncToken: 1787433425,
        createdAt: '2026-08-22T21:17:05.000Z',
        rows: 3,
        regions: ['eu-central-1', 'GLOBAL'],
        services: ['AMAZON', 'EC2', 'CLOUDFRONT'],
      },
    });
  });

  it('ignores what Amazon may add', () => {
    expect(problemOf({ ...withRow({ ...good, network_border_group: 'x', more: [1] }), more: {} })).toBeNull();
  });

  it('says of every cut that the file was cut', () => {
    const text = JSON.stringify(sampleFile(rows), null, 1);
    for (let end = 0; end < text.length; end++) {
      expect(problemOf(text.slice(0, end)), `cut at ${end}`).toEqual({ code: 'truncated-json' });
    }
  });

  it.each([
    ['a page', '<html><body>Sign in to the network</body></html>', 'not-json'],
    ['text', 'hello', 'not-json'],
    ['two documents', '{}{}', 'not-json'],
    ['a comma too many', '{"syncToken":"1",}', 'not-json'],
    ['a list', '[]', 'wrong-shape'],
    ['null', 'null', 'wrong-shape'],
    ['a string', '"{"', 'wrong-shape'],
  ])('%s', (_, text, code) => expect(problemOf(text)).toEqual({ code }));

  it.each(['syncToken', 'createDate', 'prefixes', 'ipv6_prefixes'])('is not Amazon’s without %s', (field) => {
    const { [field]: _, ...rest } = sampleFile(rows);
    expect(problemOf(rest)).toEqual({ code: 'not-aws-file', field });
  });

  it.each([
    ['syncToken', 1787433425],
    ['syncToken', ''],
    ['syncToken', '1e3'],
    ['syncToken', '1'.repeat(13)],
    ['createDate', '2026-08-22'],
    ['createDate', '2026-02-31-00-00-00'],
    ['createDate', '2026-08-22-24-00-00'],
    ['createDate', '2026-13-01-00-00-00'],
    ['prefixes', {}],
    ['prefixes', null],
    ['ipv6_prefixes', 'x'],
  ])('refuses %s: %j', (field, value) => {
    expect(problemOf(sampleFile(rows, { [field]: value }))).toEqual({ code: 'wrong-shape', field });
  });

  it.each([
    [{ ...good, ip_prefix: '10.0.0.1/8' }, 'host-bits', 'ip_prefix'],
    [{ ...good, ip_prefix: '10.0.0.0/40' }, 'bad-length', 'ip_prefix'],
    [{ ...good, ip_prefix: '10.0.0.0/8 ' }, 'unknown-characters', 'ip_prefix'],
    [{ ...good, ip_prefix: '10.0.0/8' }, 'bad-address', 'ip_prefix'],
    [{ ...good, ip_prefix: 10 }, 'wrong-shape', 'ip_prefix'],
    [{ ...good, region: undefined }, 'wrong-shape', 'region'],
    [{ ...good, region: 'eu\u001b[31m' }, 'unknown-characters', 'region'],
    [{ ...good, region: '' }, 'unknown-characters', 'region'],
    [{ ...good, service: 'a b' }, 'unknown-characters', 'service'],
    [{ ...good, service: null }, 'wrong-shape', 'service'],
  ])('names the row and the field: %j', (row, code, field) => {
    const value = sampleFile(rows, { prefixes: [good, good, row] });
    expect(problemOf(value)).toEqual({ code, row: 2, field: `prefixes.${field}` });
  });

  it('names rows of IPv6 too, and rows that are no objects', () => {
    const v6 = { ipv6_prefix: '10.0.0.0/8', region: 'x', service: 'Y' };
    expect(problemOf(sampleFile(rows, { ipv6_prefixes: [v6] }))).toEqual({
      code: 'bad-address',
      row: 0,
      field: 'ipv6_prefixes.ipv6_prefix',
    });
    expect(problemOf(sampleFile(rows, { prefixes: [good, null] }))).toEqual({
      code: 'wrong-shape',
      row: 1,
      field: 'prefixes',
    });
  });

  it('refuses a file without rows, with too many names, and one that is too large', () => {
    expect(problemOf(sampleFile([]))).toEqual({ code: 'no-rows' });
    const prefixes = Array.from({ length: 1025 }, (_, at) => ({ ...good, service: `S${at}` }));
    expect(problemOf(sampleFile([], { prefixes }))).toEqual({
      code: 'too-many-names',
      row: 1024,
      field: 'prefixes.service',
    });
    expect(problemOf(' '.repeat(maxIpRangesBytes + 1))).toEqual({ code: 'too-large' });
  });

  it('does not take names from an object’s prototype', () => {
    expect(problemOf(withRow({ ...good, region: '__proto__', service: 'constructor' }))).toBeNull();
  });

  it('never throws, whatever the text or JSON', () => {
    fc.assert(fc.property(fc.string(), (text) => problemOf(text) !== null));
    fc.assert(fc.property(fc.json(), (text) => problemOf(text) !== null));
    const row = fc.record({ ip_prefix: fc.anything(), region: fc.anything(), service: fc.anything() });
    fc.assert(
      fc.property(fc.array(fc.oneof(row, fc.jsonValue()), { minLength: 1 }), (prefixes) => {
        const text = JSON.stringify(sampleFile([], { prefixes }), (_, value) =>
          typeof value === 'bigint' ? 0 : value,
        );
        expect(typeof problemOf(text)?.code).toBe('string');
      }),
    );
  });
});

describe('isOlder', () => {
  it('goes by syncToken', () => {
    expect(isOlder({ syncToken: 1 }, { syncToken: 2 })).toBe(true);
    expect(isOlder({ syncToken: 2 }, { syncToken: 2 })).toBe(false);
    expect(isOlder({ syncToken: 10 }, { syncToken: 9 })).toBe(false);
  });
});
