import { describe, expect, it } from 'vitest';
import { findCloud } from '../../../engine/run/find-cloud.ts';
import type { AddressFacts } from '../../../model/cloud.ts';
import { aResult, aTarget, compared, connected, failure, look, proxied, type Ran, told } from '../../support/a-case.ts';

const frankfurt = '52.58.1.1';
const dublin = '34.240.0.1';
const elsewhere = '203.0.113.5';
const range2018 = { prefix: '52.58.0.0/15', firstSeen: '2018-04-16' };
const known: Readonly<Record<string, AddressFacts>> = {
  [frankfurt]: {
    asn: 16509,
    asName: 'AMAZON-02',
    operator: 'aws',
    prefix: '52.58.0.0/15',
    region: 'eu-central-1',
    service: 'EC2',
    range2018,
  },
  [dublin]: { operator: 'aws', prefix: '34.240.0.0/13' },
  [elsewhere]: { asn: 64500 },
};
const facts = (address: string) => known[address] ?? {};
const find = (seen: Ran['seen'] & object, target = aTarget()) =>
  findCloud([target], [aResult('direct', { seen })], facts);

describe('findCloud', () => {
  it('says all it knows of an address that was dialled, and nothing it does not', () => {
    expect(find([connected(frankfurt)])).toEqual([
      {
        targetId: 'service',
        host: 'service.example',
        address: frankfurt,
        operator: 'aws',
        asn: 16509,
        prefix: '52.58.0.0/15',
        region: 'eu-central-1',
        service: 'EC2',
        list2018: true,
      },
    ]);
    expect(find([connected(dublin)])).toEqual([
      {
        targetId: 'service',
        host: 'service.example',
        address: dublin,
        operator: 'aws',
        prefix: '34.240.0.0/13',
        list2018: false,
      },
    ]);
  });

  it('goes by what answers said only where nothing was dialled', () => {
    const silent = failure('connect', 'timeout');
    expect(
      find([told([frankfurt]), compared('doh', [dublin]), connected(dublin, silent)]).map((item) => item.address),
    ).toEqual([dublin]);
    expect(find([told([frankfurt]), compared('doh', [dublin])]).map((item) => item.address)).toEqual([
      frankfurt,
      dublin,
    ]);
    expect(find([told([frankfurt], 'other.example')])).toEqual([]);
  });

  it('names each address once, over all routes, and no proxy', () => {
    const proxy = { ...connected(dublin, undefined, 1080), peer: 'proxy' as const };
    const results = [
      aResult('direct', { seen: [connected(frankfurt), proxy] }),
      aResult('wg0', { seen: [connected(frankfurt), connected(elsewhere)] }),
    ];
    expect(findCloud([aTarget()], results, facts).map(({ address }) => address)).toEqual([frankfurt]);
  });

  it('keeps targets apart', () => {
    const other = { ...aTarget(), id: 'other', host: 'other.example' };
    const results = [
      aResult('direct', { seen: [connected(frankfurt)] }),
      { ...aResult('direct', { seen: [connected(dublin)] }), targetId: 'other' },
    ];
    const found = findCloud([aTarget(), other], results, facts).map(({ targetId, host, address }) => [
      targetId,
      host,
      address,
    ]);
    expect(found).toEqual([
      ['service', 'service.example', frankfurt],
      ['other', 'other.example', dublin],
    ]);
  });

  it('finds nothing in names, in other networks, and without results', () => {
    expect(find([proxied(), connected(elsewhere), ...look('pinned', connected('service.example'))])).toEqual([]);
    expect(findCloud([aTarget()], [], facts)).toEqual([]);
  });
});
