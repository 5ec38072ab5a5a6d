import { z } from 'zod';
import { failureSchema } from './failure.ts';
import { observationSchema } from './observation.ts';

export const resultStateSchema = z.enum(['ok', 'impaired', 'failed', 'skipped', 'cancelled']);
export type ResultState = z.infer<typeof resultStateSchema>;

/** One target over one route: the state of its last try, the times of the path that counted, and all that was seen. */
export const resultSchema = z
  .object({
    targetId: z.string(),
    routeId: z.string(),
    state: resultStateSchema,
    /** Why it was skipped: an MTProxy leads to Telegram and nowhere else. Absent where the run was stopped before. */
    detail: z.enum(['not-carried']).optional(),
    failure: failureSchema.optional(),
    ms: z
      .object({
        resolve: z.number().optional(),
        connect: z.number().optional(),
        proxy: z.number().optional(),
        tls: z.number().optional(),
        firstByte: z.number().optional(),
        total: z.number().optional(),
      })
      .strict(),
    endpoints: z
      .object({
        tried: z.number().int().min(0),
        ok: z.number().int().min(0),
        failed: z.number().int().min(0),
        skipped: z.number().int().min(0),
      })
      .strict()
      .optional(),
    /** 1, or 2 when the first try failed and was repeated, or 3 when a deep check repeated it again 20 s later. */
    tries: z.number().int().min(0).max(3),
    observations: z.array(observationSchema),
  })
  .strict();
export type Result = z.infer<typeof resultSchema>;
