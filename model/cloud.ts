import { z } from 'zod';

export const rangesSourceSchema = z
  .object({
    /**
     * `official` Amazon's own file, `packaged` a release's snapshot of it, `operator` by AS only, `file` given with --ranges,
     * `practice` what a practice network says.
     */
    source: z.enum(['official', 'packaged', 'operator', 'file', 'practice']),
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

/** Some of a number of IPv4 addresses, each counted once. */
export interface AddressShare {
  readonly inside: number;
  readonly total: number;
}

/** What lay on the list of April 2018 by the end of a day, and how much of today's Amazon lies in that. */
export interface Day2018 {
  /** YYYY-MM-DD */
  readonly day: string;
  /** Ranges inside others count once. */
  readonly addresses: number;
  /** The same by operator, most first. */
  readonly operators: readonly { readonly operator: string; readonly addresses: number }[];
  /** Of Amazon's IPv4 addresses as the tables in use have them; null where these know none. */
  readonly amazon: AddressShare | null;
  /** Of each region of Amazon's own list that is hit on any day, most hit first; anycast is no region. Empty without that list. */
  readonly regions: readonly (AddressShare & { readonly region: string })[];
}

/**
 * "What if it happened again": the list of April 2018 laid over the tables in use. A historical tag, never evidence of a present
 * block: the list was lifted.
 */
export interface Overlay2018 {
  /** What today's shares are of. */
  readonly ranges: RangesSource;
  /** YYYY-MM-DD */
  readonly lifted: string;
  /** The first day first. */
  readonly days: readonly Day2018[];
  /** Shares (0 to 1) of Amazon as it was on that day, as they were told then. Never of Amazon as it is today. */
  readonly told: {
    readonly day: string;
    readonly amazon: number;
    readonly regions: readonly { readonly region: string; readonly share: number }[];
  };
}
