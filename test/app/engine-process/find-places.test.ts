import { describe, expect, it } from 'vitest';
import { findPlaces } from '../../../app/engine-process/find-places.ts';
import type { AddressFacts } from '../../../model/cloud.ts';
import type { Observation } from '../../../model/observation.ts';
import type { Result } from '../../../model/result.ts';
import type { Target } from '../../../model/target.ts';

const aTarget = (id: string): Target => ({
  id,
  name: id,
  group: 'own',
  protocol: 'https',
  host: `${id}.example`,
  port: 443,
});

function aResult(targetId: string, routeId: string, ...addresses: readonly string[]): Result {
  const observations = addresses.map(
    (address, at): Observation => ({
      step: 'connect',
      purpose: 'main',
      peer: 'target',
      try: 1,
      address,
      port: 443,
      id: `o${at}`,
      startMs: at,
      ms: 20,
    }),
  );
  return { targetId, routeId, state: 'ok', ms: {}, tries: 1, observations };
}

const facts = (address: string): AddressFacts =>
  address.startsWith('52.') ? { operator: 'aws', prefix: '52.58.0.0/15', region: 'eu-central-1' } : {};

describe('places on clouds while a run goes on', () => {
  it('are told once for each target and address, whatever route they came from', () => {
    const placesIn = findPlaces([aTarget('a'), aTarget('b')], facts);
    expect(placesIn(aResult('a', 'direct', '52.58.0.1', '192.0.2.1', '52.58.0.1'))).toEqual([
      {
        targetId: 'a',
        host: 'a.example',
        address: '52.58.0.1',
        operator: 'aws',
        prefix: '52.58.0.0/15',
        region: 'eu-central-1',
        list2018: false,
      },
    ]);
    expect(placesIn(aResult('a', 'berlin', '52.58.0.1'))).toEqual([]);
    expect(placesIn(aResult('b', 'berlin', '52.58.0.1')).map(({ targetId }) => targetId)).toEqual(['b']);
    expect(placesIn(aResult('stranger', 'direct', '52.58.0.1'))).toEqual([]);
  });

  it('cost next to nothing: 80,000 results of 10,000 targets in under a second', () => {
    const targets = Array.from({ length: 10_000 }, (_, at) => aTarget(`t${at}`));
    const placesIn = findPlaces(targets, facts);
    const results = targets.flatMap(({ id }, at) =>
      Array.from({ length: 8 }, (_, route) => aResult(id, `r${route}`, `52.58.${at % 256}.${at >> 8}`)),
    );
    const begun = performance.now();
    const found = results.reduce((sum, result) => sum + placesIn(result).length, 0);
    expect(found).toBe(10_000);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
