import { z } from 'zod';
import { endpointSchema, portSchema } from './address.ts';

export const protocolSchema = z.enum(['http', 'https', 'tcp', 'tls', 'mtproto', 'websocket']);

export const expectSchema = z
  .object({
    /** Status codes that prove the service answered; any other is `not-this-service`. */
    status: z.array(z.number().int().min(100).max(599)).min(1).optional(),
    /** Text the body must hold, matched as UTF-8 within the first 512 KiB. */
    bodyIncludes: z.string().min(1).max(1024).optional(),
  })
  .strict();
export type Expect = z.infer<typeof expectSchema>;

/** One Telegram endpoint: an address of a data centre, as an app would dial it. */
export const mtprotoEndpointSchema = endpointSchema.extend({
  /** Data centre number; negative for a media connection to that data centre. */
  dc: z.number().int(),
});
export type MtprotoEndpoint = z.infer<typeof mtprotoEndpointSchema>;

/**
 * What of Telegram a target is: a data centre by its number, 1 to 5 or 203, and whether it carries media alone (pictures,
 * voice, files), so that chat may work without it.
 */
const telegramRoleSchema = z.object({ dc: z.number().int().min(1).max(32767), media: z.boolean() }).strict();

/**
 * What is tested, in the one form the engine knows. `host` is the ASCII (punycode) name or an address literal;
 * for `http`, `https` and `websocket` the `url` is present too.
 */
export const targetSchema = z
  .object({
    id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,127}$/),
    name: z.string().min(1).max(256),
    group: z.string().min(1).max(64),
    protocol: protocolSchema,
    url: z.string().max(4096).optional(),
    host: z.string().min(1).max(255),
    port: portSchema,
    expect: expectSchema.optional(),
    /** Pinned addresses: measured instead of what a resolver answers, on every route. */
    addresses: z.array(z.string()).min(1).max(64).optional(),
    /** Telegram only: every endpoint of this data centre. */
    endpoints: z.array(mtprotoEndpointSchema).min(1).max(256).optional(),
    /** Present where Telegram's protocol is spoken; with `websocket`, it is spoken inside of binary messages. */
    telegram: telegramRoleSchema.optional(),
    /** A URL of this service that sends at least 128 KiB; the deep profile times it. */
    transfer: z.string().max(4096).optional(),
    /** A URL of this service that takes a POST of 256 KiB, whatever it then answers; the deep profile times that too. */
    upload: z.string().max(4096).optional(),
    /** Country (ISO 3166 alpha-2, lower case) outside of which the service may refuse visitors by its own choice. */
    home: z.string().length(2).optional(),
    note: z.string().max(512).optional(),
  })
  .strict();
export type Target = z.infer<typeof targetSchema>;
