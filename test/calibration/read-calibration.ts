import type { CaseSpec } from './create-cases.ts';
import type { PlayedHost } from './play-case.ts';
import type { Forecast } from './statistics.ts';

/** A case with what the engine said of the host asked about, and of all hosts in it that were made to fail. */
export interface PlayedCase {
  readonly spec: CaseSpec;
  readonly subject: PlayedHost;
  readonly hosts: readonly PlayedHost[];
}

export function joinCases(specs: readonly CaseSpec[], hosts: readonly PlayedHost[]): readonly PlayedCase[] {
  const byCase = Map.groupBy(hosts, ({ caseId }) => caseId);
  return specs.map((spec) => {
    const own = byCase.get(spec.id) ?? [];
    const [subject] = own;
    if (!subject) throw new Error(`nothing was played of ${spec.id}`);
    return { spec, subject, hosts: own };
  });
}

/** Whether the range it lives in is not why it fails, neither the whole of it nor a part. */
export function isElse({ cause }: Pick<PlayedHost, 'cause'>): boolean {
  return cause !== 'network' && cause !== 'part';
}

/** What stands first: the range from a score of .5 on, which no other can reach beside it, or else the strongest other. */
export function strongestOf({ score, otherwise }: PlayedHost): string {
  if (score === undefined) return 'none';
  return score >= 0.5 ? 'network' : (otherwise ?? 'none');
}

/**
 * Whether the world of a case holds what `likely` asks for, by what was set up and not by what was seen: a control that works
 * for this host, the prefix known, nothing on this machine in between, two living neighbours of other sites and addresses.
 */
export function hasEnough({ control, failing, circumstance }: CaseSpec): boolean {
  const living = failing - (circumstance === 'dead-sibling' ? 1 : 0);
  return control && living >= 2 && ['plain', 'two-addresses', 'dead-sibling'].includes(circumstance);
}

/** Scores as forecasts that the whole prefix is why, or the whole or a part of it. Hosts without a score are left out. */
export function forecastsOf(cases: readonly PlayedCase[], holdsFor: 'whole' | 'any-part'): readonly Forecast[] {
  return cases.flatMap(({ subject: { score, cause } }) => {
    const holds = cause === 'network' || (holdsFor === 'any-part' && cause === 'part');
    return score === undefined ? [] : [{ score, holds }];
  });
}
