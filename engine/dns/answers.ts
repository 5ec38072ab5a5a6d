import type { Answer } from '../../model/observation.ts';
import type { StepContext } from '../step.ts';

const mostAnswers = 32;

/** Adds the origin AS the tables know of each address; at most 32 answers. */
export function describeAnswers(
  records: readonly { readonly address: string; readonly ttl?: number }[],
  context: Pick<StepContext, 'facts'>,
): Answer[] {
  return records.slice(0, mostAnswers).map(({ address, ttl }) => {
    const { asn } = context.facts(address);
    return { address, ...(ttl !== undefined && { ttl }), ...(asn !== undefined && { asn }) };
  });
}
