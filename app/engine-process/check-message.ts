import { z } from 'zod';
import { cloudFindingSchema } from '../../model/cloud.ts';
import { environmentSchema } from '../../model/environment.ts';
import { profileSchema, reportTargetSchema } from '../../model/report.ts';
import { resultSchema } from '../../model/result.ts';
import { routeSummarySchema } from '../../model/route.ts';
import { verdictSchema } from '../../model/verdict.ts';
import { type FromEngine, mostItems } from './protocol.ts';

const mostTargets = 20_000;
const mostRoutes = 1001;

const routesSchema = z.array(routeSummarySchema).min(1).max(mostRoutes);
const problemsSchema = z.array(z.looseObject({ code: z.string().max(64) })).max(1000);

const updateSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    plan: z
      .object({
        runId: z.string(),
        kind: z.enum(['check', 'practice']),
        scenario: z.string().optional(),
        profile: profileSchema,
        startedAt: z.iso.datetime(),
        targets: z.array(reportTargetSchema).max(mostTargets),
        routes: routesSchema,
        jobs: z.number().int().min(0),
      })
      .strict(),
  }),
  z.object({ type: z.literal('gate'), environment: environmentSchema, routes: routesSchema }).strict(),
  z
    .object({
      type: z.literal('cells'),
      cells: z.array(resultSchema.omit({ observations: true })).max(mostItems),
      done: z.number().int().min(0),
      jobs: z.number().int().min(0).optional(),
    })
    .strict(),
  z.object({ type: z.literal('cloud'), cloud: z.array(cloudFindingSchema).max(mostItems) }).strict(),
  z.object({ type: z.literal('verdicts'), verdicts: z.array(verdictSchema).max(mostItems) }).strict(),
]);

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('alive') }).strict(),
  z
    .object({
      type: z.literal('answer'),
      id: z.number().int(),
      answer: z.discriminatedUnion('ok', [
        z.object({ ok: z.literal(true), value: z.unknown() }).strict(),
        z.object({ ok: z.literal(false), problems: problemsSchema }).strict(),
      ]),
    })
    .strict(),
  z.object({ type: z.literal('updates'), runId: z.string(), updates: z.array(updateSchema).max(8) }).strict(),
  z.object({ type: z.literal('measured'), runId: z.string() }).strict(),
  z
    .object({
      type: z.literal('ended'),
      runId: z.string(),
      end: z
        .object({
          // Of many thousand items, made by code that this program's types have checked: looked at no further.
          outcome: z.looseObject({ partial: z.boolean(), finishedAt: z.iso.datetime() }),
          report: z.looseObject({ schema: z.literal('waylight.report/1'), id: z.string() }),
          latencies: z
            .array(z.object({ routeId: z.string(), ms: z.number().min(0).nullable() }).strict())
            .max(mostRoutes),
          disturbance: z.enum(['machine-slept', 'network-changed']).optional(),
          packed: z.instanceof(Uint8Array),
        })
        .strict(),
    })
    .strict(),
  z.object({ type: z.literal('refused'), runId: z.string(), problems: problemsSchema }).strict(),
]);

/**
 * What the engine's process said, or undefined where it is nothing that it may say. That process reads what strangers send,
 * so nothing it says is taken on trust: shapes, and how much comes at once.
 */
export function checkMessage(message: unknown): FromEngine | undefined {
  const parsed = messageSchema.safeParse(message);
  return parsed.success ? (parsed.data as FromEngine) : undefined;
}
