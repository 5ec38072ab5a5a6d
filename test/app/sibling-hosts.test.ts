import { isIPv4 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { builtInTargets } from '../../app/settings/targets-for-run.ts';
import { reachabilityAddresses, siblingHosts } from '../../app/sibling-hosts.ts';
import reachability from '../../data/reachability-addresses.json' with { type: 'json' };
import { aTarget } from '../support/a-case.ts';

const own = { ...aTarget(), id: 'own-shop', host: 'shop.example' };

describe('whom a deep check may ask beside its targets', () => {
  it('is who was not chosen: own targets first, then what comes with the app, none twice', () => {
    const [first] = builtInTargets;
    if (!first) throw new Error('no built-in target');
    const { targets, addresses } = siblingHosts([first], [own], false);
    expect(targets[0]).toEqual({ target: own, source: 'own' });
    expect(targets).toHaveLength(builtInTargets.length);
    expect(targets.some(({ target }) => target.id === first.id)).toBe(false);
    expect(new Set(targets.map(({ target }) => target.id)).size).toBe(targets.length);
    expect(addresses).toEqual([]);
  });

  it('is not thousands of own targets', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => ({ ...own, id: `own-${at}` }));
    expect(siblingHosts([], many, false).targets.filter(({ source }) => source === 'own')).toHaveLength(200);
  });

  it('is the published addresses where the person agreed', () => {
    expect(siblingHosts([], [], true).addresses).toEqual(reachabilityAddresses);
  });
});

describe('the published addresses', () => {
  it('are IPv4 addresses, each once, and say where they are from', () => {
    expect(reachability.source).toContain('ec2-reachability.amazonaws.com');
    expect(reachability.collected).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(reachabilityAddresses.length).toBeGreaterThan(100);
    expect(new Set(reachabilityAddresses).size).toBe(reachabilityAddresses.length);
    expect(reachabilityAddresses.filter((address) => !isIPv4(address))).toEqual([]);
  });
});
