import { z } from 'zod';
import { type Profile, profiles } from './choices.ts';
import { cloudFindingSchema, rangesSourceSchema } from './cloud.ts';
import { environmentSchema } from './environment.ts';
import { resultSchema } from './result.ts';
import { routeSummarySchema } from './route.ts';
import { targetSchema } from './target.ts';
import { verdictSchema } from './verdict.ts';

export const profileSchema = z.enum(profiles);
export type { Profile };

export const redactionSchema = z.enum(['none', 'standard', 'strict']);
export type Redaction = z.infer<typeof redactionSchema>;

export const reportTargetSchema = targetSchema
  .pick({ id: true, name: true, group: true, url: true, protocol: true, telegram: true })
  .extend({ host: targetSchema.shape.host.optional(), port: targetSchema.shape.port.optional() });

/** A host in the prefix of one that failed, which nobody asked for: `own` is a target of this check, the others come with it. */
const siblingProbeSchema = z
  .object({
    address: z.string(),
    host: z.string().optional(),
    prefix: z.string(),
    source: z.enum(['own', 'built-in', 'reachability']),
    /** On the connection that is judged. */
    here: z.enum(['ok', 'failed']),
    /** Over a control route; `none` where there was none. */
    control: z.enum(['ok', 'failed', 'none']),
    ms: z.number().min(0).optional(),
  })
  .strict();

export type SiblingProbe = z.infer<typeof siblingProbeSchema>;

/** The one document every screen and file is made from. Dates are ISO 8601 UTC, times milliseconds. */
export const reportSchema = z
  .object({
    schema: z.literal('waylight.report/1'),
    id: z.string(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    partial: z.boolean(),
    /** Present where nothing real was measured: the practice network of that name. */
    practice: z
      .object({ scenario: z.string().max(64) })
      .strict()
      .optional(),
    software: z.object({ name: z.string(), version: z.string() }).strict(),
    profile: profileSchema,
    redaction: redactionSchema,
    environment: environmentSchema,
    ranges: rangesSourceSchema,
    routes: z.array(routeSummarySchema).min(1),
    targets: z.array(reportTargetSchema),
    results: z.array(resultSchema),
    verdicts: z.array(verdictSchema),
    cloud: z.array(cloudFindingSchema),
    /** Hosts the deep profile probed beside those that failed; absent where it probed none. */
    siblings: z.array(siblingProbeSchema).optional(),
  })
  .strict();
export type RunReport = z.infer<typeof reportSchema>;
