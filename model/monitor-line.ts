import { z } from 'zod';
import { cloudFindingSchema, rangesSourceSchema } from './cloud.ts';
import { environmentSchema } from './environment.ts';
import { profileSchema, redactionSchema } from './report.ts';
import { resultSchema, resultStateSchema } from './result.ts';
import { routeSummarySchema } from './route.ts';
import { verdictNameSchema, verdictSchema } from './verdict.ts';

export const monitorSchemaName = 'waylight.monitor/1';

const base = {
  schema: z.literal(monitorSchemaName),
  /** When this was said. */
  at: z.iso.datetime(),
};
const ofRun = { ...base, runId: z.string() };

/** `full` tests every target, `recheck` only those that looked different for the first time, soon after. */
const runKindSchema = z.enum(['full', 'recheck']);
export type MonitorRunKind = z.infer<typeof runKindSchema>;

const count = z.number().int().min(0);

/**
 * What `waylight monitor` says, one JSON object a line. Fields are those of the report, redacted in the same way: times in
 * milliseconds, dates ISO 8601 UTC. A run's lines come together: `run`, then every `result`, `verdict`, `change` and
 * `route-change` of it.
 */
export const monitorLineSchema = z.discriminatedUnion('event', [
  z
    .object({
      ...base,
      event: z.literal('start'),
      software: z.object({ name: z.string(), version: z.string() }).strict(),
      everySeconds: z.number().int().min(1),
      profile: profileSchema,
      redaction: redactionSchema,
      targets: count,
      routes: count,
    })
    .strict(),
  z
    .object({
      ...ofRun,
      event: z.literal('run'),
      kind: runKindSchema,
      startedAt: z.iso.datetime(),
      finishedAt: z.iso.datetime(),
      targets: count,
      environment: environmentSchema,
      ranges: rangesSourceSchema,
      routes: z.array(routeSummarySchema).min(1),
      /** How many targets got each verdict; those that none got are left out. */
      verdicts: z.partialRecord(verdictNameSchema, count),
    })
    .strict(),
  resultSchema.omit({ observations: true }).extend({ ...ofRun, event: z.literal('result'), group: z.string() }),
  verdictSchema.omit({ evidence: true, next: true }).extend({
    ...ofRun,
    event: z.literal('verdict'),
    name: z.string(),
    group: z.string(),
    /** Of the address with the highest score, where the host is in a cloud and fails. */
    collateral: cloudFindingSchema.shape.collateral.unwrap().pick({ score: true, band: true }).optional(),
  }),
  z
    .object({
      ...ofRun,
      event: z.literal('change'),
      targetId: z.string(),
      name: z.string(),
      routeId: z.string(),
      label: z.string(),
      from: resultStateSchema,
      to: resultStateSchema,
      verdict: z.object({ from: verdictNameSchema, to: verdictNameSchema }).strict().optional(),
      /** End of the run that saw it first; a second one has confirmed it. */
      since: z.iso.datetime(),
    })
    .strict(),
  z
    .object({
      ...ofRun,
      event: z.literal('route-change'),
      routeId: z.string(),
      label: z.string(),
      from: z.enum(['works', 'dead']),
      to: z.enum(['works', 'dead']),
      since: z.iso.datetime(),
    })
    .strict(),
  z
    .object({
      ...ofRun,
      event: z.literal('discarded'),
      kind: runKindSchema,
      /** The machine slept, or stood still for as long, in the middle of the run: nothing it saw can be trusted. */
      reason: z.literal('clock-gap'),
      gapSeconds: z.number().min(0),
    })
    .strict(),
  z.object({ ...base, event: z.literal('stop') }).strict(),
]);
export type MonitorLine = z.infer<typeof monitorLineSchema>;
