import { z } from 'zod';

export const rangesSourceSchema = z
  .object({
    /** `official` Amazon's own file, `packaged` a release's snapshot of it, `operator` by AS only, `file` given with --ranges. */
    source: z.enum(['official', 'packaged', 'operator', 'file']),
    createdAt: z.string().nullable(),
    rows: z.number().int().min(0),
  })
  .strict();
export type RangesSource = z.infer<typeof rangesSourceSchema>;

/** What is known of an address from tables alone, without asking anyone. */
export const addressFactsSchema = z
  .object({
    asn: z.number().int().min(0).optional(),
    asName: z.string().optional(),
    /** Cloud operator, lower case: `aws`, `google`, `cloudflare`, …; absent for other networks. */
    operator: z.string().optional(),
    prefix: z.string().optional(),
    region: z.string().optional(),
    service: z.string().optional(),
    /** The range of April 2018 the address lies in, with the day it first appeared (YYYY-MM-DD). */
    range2018: z.object({ prefix: z.string(), firstSeen: z.string() }).strict().optional(),
  })
  .strict();
export type AddressFacts = z.infer<typeof addressFactsSchema>;

export const cloudFindingSchema = z
  .object({
    targetId: z.string(),
    host: z.string(),
    address: z.string(),
    operator: z.string(),
    asn: z.number().int().min(0).optional(),
    prefix: z.string().optional(),
    region: z.string().optional(),
    service: z.string().optional(),
    list2018: z.boolean(),
    collateral: z
      .object({
        score: z.number().min(0).max(1),
        band: z.enum(['likely', 'possible', 'unlikely', 'insufficient']),
        capped: z.array(z.string()).optional(),
        evidence: z.array(z.string()),
        otherwise: z.string(),
      })
      .strict()
      .optional(),
  })
  .strict();
export type CloudFinding = z.infer<typeof cloudFindingSchema>;
