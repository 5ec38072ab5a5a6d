import { z } from 'zod';

/** A TCP or UDP port: 1 to 65535. */
export const portSchema = z.number().int().min(1).max(65535);

/** One address, as text in canonical form (RFC 5952 for IPv6, no zone), and a port. */
export const endpointSchema = z.object({ address: z.string(), port: portSchema }).strict();
export type Endpoint = z.infer<typeof endpointSchema>;
