import { isIP } from 'node:net';
import type { AddressFacts, CloudFinding } from '../../model/cloud.ts';
import type { Result } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';

/** Which of the tested hosts live on a cloud's addresses, by the addresses that were dialled or, failing that, answered. */
export function findCloud(
  targets: readonly Target[],
  results: readonly Result[],
  facts: (address: string) => AddressFacts,
): readonly CloudFinding[] {
  const byTarget = Map.groupBy(results, ({ targetId }) => targetId);
  return targets.flatMap((target) => {
    const addresses = addressesOf(target, byTarget.get(target.id) ?? []);
    return addresses.flatMap((address) => {
      const known = facts(address);
      return known.operator === undefined ? [] : [toFinding(target, address, known.operator, known)];
    });
  });
}

function addressesOf(target: Target, results: readonly Result[]): readonly string[] {
  const observations = results.flatMap((result) => result.observations);
  const dialled = observations.flatMap((item) =>
    item.step === 'connect' && item.peer === 'target' && item.address !== undefined ? [item.address] : [],
  );
  const answered = observations.flatMap((item) =>
    item.step === 'resolve' && item.name === target.host ? item.answers.map(({ address }) => address) : [],
  );
  const found = dialled.length > 0 ? dialled : answered;
  return [...new Set(found)].filter((address) => isIP(address) !== 0);
}

function toFinding(target: Target, address: string, operator: string, known: AddressFacts): CloudFinding {
  const { asn, prefix, region, service, range2018 } = known;
  return {
    targetId: target.id,
    host: target.host,
    address,
    operator,
    ...(asn === undefined ? {} : { asn }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(region === undefined ? {} : { region }),
    ...(service === undefined ? {} : { service }),
    list2018: range2018 !== undefined,
  };
}
