import type { CallName } from '../../model/call-names.ts';
import { type Answer, contract } from '../../model/contract.ts';
import type { Handlers } from './handlers.ts';
import { refuse } from './keep-change.ts';

/**
 * The one gate between pages and everything else. A name that is not of the contract, and an input that does not fit it, are
 * `call-malformed`; an error is `defect` with the call's name and without its message, which may hold anything. Never rejects.
 */
export function createAnswerCall(handlers: Handlers): (name: unknown, input: unknown) => Promise<Answer<unknown>> {
  return async (name, input) => {
    // The names that every object has, such as `constructor` and `__proto__`, are none of the contract.
    if (typeof name !== 'string' || !Object.hasOwn(contract, name)) return refuse('call-malformed');
    const call = name as CallName;
    const handler = handlers[call] as (input: unknown) => Promise<Answer<unknown>>;
    try {
      const read = contract[call].input.safeParse(input);
      return read.success ? await handler(read.data) : refuse('call-malformed');
    } catch {
      return refuse('defect', { params: { name: call } });
    }
  };
}
