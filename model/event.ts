import { z } from 'zod';
import { environmentSchema } from './environment.ts';
import { resultSchema } from './result.ts';
import { routeSummarySchema } from './route.ts';
import { verdictSchema } from './verdict.ts';

const base = { runId: z.string(), seq: z.number().int().min(1) };

/** What a run says while it goes on; `seq` counts from 1 without gaps, so a reader can tell that it missed one. */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({ ...base, type: z.literal('started'), jobs: z.number().int().min(0) }).strict(),
  z
    .object({ ...base, type: z.literal('gate'), environment: environmentSchema, routes: z.array(routeSummarySchema) })
    .strict(),
  z
    .object({
      ...base,
      type: z.literal('result'),
      result: resultSchema,
      done: z.number().int(),
      jobs: z.number().int(),
    })
    .strict(),
  z.object({ ...base, type: z.literal('verdict'), verdict: verdictSchema }).strict(),
  z.object({ ...base, type: z.literal('finished'), partial: z.boolean() }).strict(),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
