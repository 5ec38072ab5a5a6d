import type { Answer } from '../../model/observation.ts';
import type { StepContext, StepResult } from '../step.ts';

export function resolveSystem(_name: string, _context: StepContext): Promise<StepResult<Answer[]>> {
  throw new Error('in progress');
}
