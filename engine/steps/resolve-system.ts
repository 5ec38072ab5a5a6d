import type { Failure } from '../../model/failure.ts';
import type { Answer } from '../../model/observation.ts';
import { canonicalAddress } from '../addresses.ts';
import { classifyError } from '../classify-error.ts';
import { withDeadline } from '../deadline.ts';
import { describeAnswers } from '../dns/answers.ts';
import { isQueryName } from '../dns/message.ts';
import type { StepContext, StepResult } from '../step.ts';

async function lookup(name: string, context: StepContext): Promise<readonly string[] | Failure> {
  if (!isQueryName(name)) return { step: 'resolve', kind: 'local-limit', detail: 'name' };
  try {
    const found = await withDeadline(context.clock, context.timeouts.resolve, context.signal, (signal) =>
      context.network.lookup(name, { signal }),
    );
    const addresses = new Set(found.map(canonicalAddress).filter((address) => address !== null));
    return addresses.size > 0 ? [...addresses] : { step: 'resolve', kind: 'no-answer' };
  } catch (error) {
    return classifyError('resolve', error, context.signal);
  }
}

/** Asks the system's resolver for the addresses of a name in ASCII form. At most 32 answers, in its order, none twice. */
export async function resolveSystem(name: string, context: StepContext): Promise<StepResult<Answer[]>> {
  const startedAt = context.clock.now();
  const found = await lookup(name, context);
  const failure = 'kind' in found ? found : undefined;
  const answers =
    'kind' in found
      ? []
      : describeAnswers(
          found.map((address) => ({ address })),
          context,
        );
  const observation = context.record(startedAt, {
    step: 'resolve',
    resolver: 'system',
    name,
    answers,
    ...(failure !== undefined && { failure }),
  });
  return failure === undefined ? { ok: true, value: answers, observation } : { ok: false, failure, observation };
}
