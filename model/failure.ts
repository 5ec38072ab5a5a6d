import { z } from 'zod';

/** The measuring steps, in the order in which one connection goes through them. */
export const stepNames = ['resolve', 'connect', 'proxy', 'tls', 'http', 'transfer', 'websocket', 'mtproto'] as const;
export const stepSchema = z.enum(stepNames);
export type Step = z.infer<typeof stepSchema>;

/**
 * What went wrong, independent of platform and TLS library. `timeout` is our own deadline,
 * `kernel-timeout` the kernel's ETIMEDOUT: the first is a choice, the second a fact.
 */
export const failureKinds = [
  'timeout',
  'kernel-timeout',
  'refused',
  'reset',
  'eof',
  'unreachable',
  'network-down',
  'nxdomain',
  'no-answer',
  'servfail',
  'dns-refused',
  'dns-malformed',
  'bogon',
  'proxy-auth',
  'proxy-rejected',
  'proxy-protocol',
  'cert-untrusted',
  'cert-host',
  'cert-expired',
  'tls-alert',
  'tls-protocol',
  'http-status',
  'http-malformed',
  'block-page',
  'not-this-service',
  'stall',
  'too-slow',
  'aborted',
  'local-limit',
  'unknown',
] as const;
export const failureKindSchema = z.enum(failureKinds);
export type FailureKind = z.infer<typeof failureKindSchema>;

/**
 * `code` is a stable machine word (an errno name, an HTTP status, a SOCKS reply number, a TLS alert number);
 * `detail` a short word of ours that narrows it. Neither ever holds prose, credentials or raw library messages.
 */
export const failureSchema = z
  .object({
    step: stepSchema,
    kind: failureKindSchema,
    code: z.string().max(64).optional(),
    detail: z.string().max(128).optional(),
  })
  .strict();
export type Failure = z.infer<typeof failureSchema>;
