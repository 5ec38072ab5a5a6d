import { z } from 'zod';
import { portSchema } from './address.ts';

/** Every fact carries when it was seen true (ISO 8601: a date, month or year, or an interval of two) and in which source. */
const fact = {
  seen: z.string().regex(/^\d{4}(-\d{2}){0,2}(\/\d{4}(-\d{2}){0,2})?$/),
  /** A key of `sources`. */
  source: z.string(),
};

const dataCentreSchema = z
  .object({
    targetId: z.string(),
    name: z.string(),
    /**
     * The number an obfuscated start carries as int16. The media network is a data centre of its own, 203, and positive;
     * negative numbers ask an ordinary data centre for media, and none of the addresses here needs one.
     */
    dc: z.number().int().min(-32768).max(32767),
    /** Whether it serves media alone. */
    media: z.boolean(),
    addresses: z.array(z.object({ address: z.union([z.ipv4(), z.ipv6()]), ...fact }).strict()).min(1),
  })
  .strict();

/** `data/telegram.json`: what is known of Telegram's network from its own clients and servers. */
export const telegramDataSchema = z
  .object({
    /** Where facts were read, by key. */
    sources: z.record(z.string(), z.string()),
    dataCentres: z.array(dataCentreSchema).min(1),
    /** Every address listens on all of them; in the order to try. */
    ports: z.array(z.object({ port: portSchema, ...fact }).strict()).min(1),
    web: z.array(z.object({ url: z.url(), ...fact }).strict()),
    /** WebSocket hosts of the web client, subprotocol `binary`; inside, obfuscation is mandatory. */
    websockets: z.array(z.object({ url: z.url(), dc: z.number().int(), media: z.boolean(), ...fact }).strict()),
    ranges: z.array(z.object({ prefix: z.union([z.cidrv4(), z.cidrv6()]), ...fact }).strict()),
    asns: z.array(z.object({ asn: z.number().int().min(1), ...fact }).strict()),
    /** RSA keys a server offers in resPQ, 16 lower-case hex digits. */
    fingerprints: z.array(
      z
        .object({ fingerprint: z.string().regex(/^[0-9a-f]{16}$/), network: z.enum(['production', 'test']), ...fact })
        .strict(),
    ),
  })
  .strict();
export type TelegramData = z.infer<typeof telegramDataSchema>;
