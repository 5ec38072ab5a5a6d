import type { Answer } from '../../model/contract.ts';
import type { Problem, ProblemCode } from '../../model/problem.ts';

export function pass<T>(value: T): Answer<T> {
  return { ok: true, value };
}

export function fail(code: ProblemCode, params?: Problem['params']): Answer<never> {
  return { ok: false, problems: [{ code, ...(params && { params }) }] };
}
