import { z } from 'zod';

export const verdictNameSchema = z.enum([
  'reachable',
  'blocked',
  'likely-blocked',
  'impaired',
  'geo-restricted',
  'down',
  'route-broken',
  'inconclusive',
]);
export type VerdictName = z.infer<typeof verdictNameSchema>;

export const mechanismSchema = z.enum([
  'dns',
  'ip',
  'port',
  'tls-sni',
  'tls-mitm',
  'http-blockpage',
  'freeze',
  'throttling',
  'protocol',
  'whitelist',
]);
export type Mechanism = z.infer<typeof mechanismSchema>;

/** A reason in a fixed vocabulary: `says` is a message key every interface translates, never prose. */
export const evidenceSchema = z
  .object({
    observation: z.string().optional(),
    says: z.string().max(64),
    /** Goodput here over goodput through the control, where transfers were compared. */
    ratio: z.number().min(0).optional(),
  })
  .strict();
export type Evidence = z.infer<typeof evidenceSchema>;

export const verdictSchema = z
  .object({
    targetId: z.string(),
    verdict: verdictNameSchema,
    mechanism: mechanismSchema.optional(),
    /** Stable id of the rule that decided, such as `tls.sni.reset`. See docs/rules.md. */
    rule: z.string().regex(/^[a-z0-9]+(\.[a-z0-9-]+)+$/),
    confidence: z.enum(['high', 'medium', 'low']),
    /** Ids of the routes over which the target is ok. */
    workingRoutes: z.array(z.string()),
    evidence: z.array(evidenceSchema),
    /** What the person can do next, as message keys. */
    next: z.array(z.string().max(64)),
  })
  .strict();
export type Verdict = z.infer<typeof verdictSchema>;
