import { describe, expect, it } from 'vitest';
import { findFailedHop } from '../../engine/failed-hop.ts';
import type { Observation } from '../../model/observation.ts';
import {
  aResult,
  aTarget,
  connected,
  failure,
  home,
  look,
  name,
  page,
  secondHome,
  shook,
  told,
} from '../support/a-case.ts';

const reset = failure('tls', 'reset');
const seen = (items: Parameters<typeof look>[1][], tries: 1 | 2 = 1): readonly Observation[] =>
  aResult('direct', { seen: items, tries }).observations;
const hopOf = (items: Parameters<typeof look>[1][], target = aTarget(), tries: 1 | 2 = 1) => {
  const { observations, ...hop } = findFailedHop(target, seen(items, tries));
  return { ...hop, steps: observations.map(({ step }) => step) };
};

describe('the hop on which a try ended', () => {
  it('is the target itself without a redirect', () => {
    const hop = hopOf([told([home]), connected(home), shook(home, { failure: reset })]);
    expect(hop).toEqual({
      host: name,
      port: 443,
      secure: true,
      addresses: [home],
      steps: ['resolve', 'connect', 'tls'],
    });
  });

  it('is where the last redirect led, with its own port and scheme', () => {
    const redirect = page({ status: 301, location: 'http://login.example:8080/x' });
    const hop = hopOf([connected(home), redirect, told([secondHome], 'login.example'), connected(secondHome)]);
    expect(hop).toEqual({
      host: 'login.example',
      port: 8080,
      secure: false,
      addresses: [secondHome],
      steps: ['resolve', 'connect'],
    });
  });

  it('takes a relative redirect from where it was given', () => {
    const hop = hopOf([page({ status: 302, location: '/home', url: 'https://www.service.example/' })]);
    expect(hop).toMatchObject({ host: 'www.service.example', port: 443, secure: true });
  });

  it.each([
    ['an answer that is no redirect', page({ status: 200, location: 'https://other.example/' })],
    [
      'a redirect that is a failure',
      page({ status: 302, location: 'https://other.example/', failure: failure('http', 'block-page') }),
    ],
    ['a redirect to nowhere', page({ status: 302 })],
  ])('does not move on for %s', (_, answer) => {
    expect(hopOf([connected(home), answer])).toMatchObject({ host: name, steps: ['connect', 'http'] });
  });

  it('is that of the last try, and leaves second looks out', () => {
    const first = [
      { ...page({ status: 302, location: 'https://other.example/' }), try: 1 as const },
      { ...connected(secondHome), try: 1 as const },
    ];
    const hop = hopOf([...first, connected(home), ...look('pinned', connected(secondHome))], aTarget(), 2);
    expect(hop).toMatchObject({ host: name, addresses: [home], steps: ['connect'] });
  });

  it('names IPv4 first, each address once, and no proxy', () => {
    const proxy = { ...connected('198.51.100.9', undefined, 1080), peer: 'proxy' as const };
    const hop = hopOf([proxy, connected('2606:4700::1'), connected(home), connected(home)]);
    expect(hop.addresses).toEqual([home, '2606:4700::1']);
  });

  it.each([
    [aTarget({ url: 'http://service.example:8080/', protocol: 'http' }), { port: 8080, secure: false }],
    [aTarget({ url: 'wss://service.example/apiws', protocol: 'websocket' }), { port: 443, secure: true }],
    [aTarget({ url: 'https://[2606:4700::1]/', host: '2606:4700::1' }), { host: '2606:4700::1', port: 443 }],
    [{ id: 'a', name: 'a', group: 'a', protocol: 'tls', host: name, port: 993 } as const, { port: 993, secure: true }],
    [{ id: 'a', name: 'a', group: 'a', protocol: 'tcp', host: name, port: 22 } as const, { port: 22, secure: false }],
  ])('reads the target %#', (target, expected) => {
    expect(hopOf([connected(home)], target)).toMatchObject(expected);
  });

  it('is the target when nothing was seen at all', () => {
    expect(hopOf([])).toEqual({ host: name, port: 443, secure: true, addresses: [], steps: [] });
  });
});
