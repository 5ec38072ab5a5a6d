import { isIP } from 'node:net';
import { z } from 'zod';
import { parseSecret } from '../engine/mtproxy/parse-secret.ts';
import { endpointSchema, portSchema } from '../model/address.ts';
import { expectSchema } from '../model/target.ts';

const addressSchema = z.string().refine((text) => isIP(text) !== 0, 'not an IP address');
const nameSchema = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/, 'not a lower-case host name');
/** `address/length`; a single address is written with its full length. */
const prefixSchema = z.string().refine((text) => {
  const [address = '', length = '', ...rest] = text.split('/');
  const family = isIP(address);
  return rest.length === 0 && family !== 0 && /^\d{1,3}$/.test(length) && Number(length) <= (family === 4 ? 32 : 128);
}, 'not a prefix');
/** Names a rule applies to; each stands for itself and every name under it. */
const namesSchema = z.array(nameSchema).min(1);

const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('page'), title: z.string().optional(), kib: z.number().int().min(1).max(512).optional() }),
  z.object({
    kind: z.literal('reply'),
    status: z.number().int().min(200).max(599),
    contentType: z.string().optional(),
    body: z.string().optional(),
  }),
  z.object({ kind: z.literal('redirect'), to: z.url() }),
  /** A bot check as a CDN shows it: 403, and no censorship. */
  z.object({ kind: z.literal('captcha') }),
  z.object({ kind: z.literal('access-denied') }),
  /** 451, RFC 7725. */
  z.object({ kind: z.literal('legal') }),
  /** DNS over HTTPS (RFC 8484) on `/dns-query`, answering from the true zone. */
  z.object({ kind: z.literal('doh') }),
  /** Telegram's WebSocket on `/apiws`; anything else gets a page. */
  z.object({ kind: z.literal('telegram-websocket'), dc: z.number().int() }),
  /** Out of order for everyone: the address is silent, or refuses. */
  z.object({ kind: z.literal('down'), how: z.enum(['silent', 'refuses']) }),
]);

export const siteSchema = z
  .object({
    host: nameSchema,
    addresses: z.array(addressSchema).min(1),
    /** `https` also answers on port 80, with a redirect; `http` has no port 443; `both` answers the same on the two. */
    scheme: z.enum(['https', 'http', 'both']).default('https'),
    answer: answerSchema.default({ kind: 'page' }),
    certificate: z.enum(['valid', 'expired', 'wrong-host', 'untrusted']).default('valid'),
    /** Visitors the service itself refuses with 403, by where they come from. */
    turnsAway: z.enum(['home', 'abroad']).optional(),
    /** What a visitor who asks this address for another name gets; a block page answers whatever is asked. */
    strangers: z.enum(['not-found', 'same-answer', 'redirect']).default('not-found'),
    /** Present where the site is something to test; a site without it only exists. */
    target: z
      .object({
        id: z.string(),
        name: z.string(),
        group: z.string(),
        path: z.string().startsWith('/').default('/'),
        expect: expectSchema.optional(),
        /** A path that sends 256 KiB, for the throughput test. */
        transfer: z.string().startsWith('/').optional(),
        /** A path that takes a POST, for the same test the other way. */
        upload: z.string().startsWith('/').optional(),
        home: z.string().length(2).optional(),
        note: z.string().optional(),
      })
      .strict()
      .optional(),
    /** The target is a baseline: a neutral endpoint, not a service under test. */
    baseline: z.boolean().default(false),
  })
  .strict();

const credentialsSchema = z.object({ username: z.string(), password: z.string() }).strict();

export const proxySchema = z
  .object({
    id: z.string(),
    label: z.string(),
    kind: z.enum(['socks4', 'socks4a', 'socks5', 'socks5h', 'http', 'https']),
    /** What the route dials: an address literal, or a name in the zone. */
    host: z.union([addressSchema, nameSchema]),
    address: addressSchema,
    port: portSchema,
    /** What the proxy demands. */
    credentials: credentialsSchema.optional(),
    /** What the user has typed; `credentials` when absent. */
    typed: credentialsSchema.optional(),
    state: z.enum(['up', 'silent', 'refuses', 'unreachable-beyond']).default('up'),
  })
  .strict();

const secretSchema = z.string().refine((text) => parseSecret(text).ok, 'not a MTProxy secret');

export const mtproxySchema = z
  .object({
    id: z.string(),
    label: z.string(),
    kind: z.literal('mtproxy'),
    host: z.union([addressSchema, nameSchema]),
    address: addressSchema,
    port: portSchema,
    /** As links carry it. With fake TLS, strangers are shown the site of its domain, where the scenario has one. */
    secret: secretSchema,
    /** What the user has typed; `secret` when absent. */
    typed: secretSchema.optional(),
    /** How far the time in a ClientHello may be off, in seconds. */
    tolerance: z
      .object({ behind: z.number().min(0), ahead: z.number().min(0) })
      .strict()
      .optional(),
    /** The longest ClientHello it reads; old software takes 517 bytes. */
    longestHello: z.number().int().min(517).optional(),
    state: z.enum(['up', 'silent', 'refuses']).default('up'),
  })
  .strict();

const interfaceSchema = z
  .object({
    name: z.string(),
    address: addressSchema,
    /** Who carries what leaves through it: the provider with its middleboxes, or a tunnel that ends abroad. */
    via: z.enum(['isp', 'tunnel']),
  })
  .strict();

const dnsRuleSchema = z
  .object({
    names: namesSchema,
    action: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('addresses'),
        addresses: z.array(addressSchema).min(1),
        /** On plain UDP the server's own answer arrives too, after the injected one. */
        trueAnswerFollows: z.boolean().default(false),
      }),
      z.object({ kind: z.enum(['nxdomain', 'servfail', 'refused', 'silence']) }),
    ]),
    /** `own`: only the provider's resolver lies; `all`: queries to any server are answered on the way. */
    resolvers: z.enum(['own', 'all']).default('all'),
  })
  .strict();

const pathSelector = {
  prefixes: z.array(prefixSchema).min(1).optional(),
  ports: z.array(portSchema).min(1).optional(),
};

export const ispSchema = z
  .object({
    connect: z
      .array(z.object({ ...pathSelector, action: z.enum(['drop', 'refuse', 'unreachable']) }).strict())
      .default([]),
    dns: z.array(dnsRuleSchema).default([]),
    /** By the server name in the ClientHello. `intercept` answers with a certificate of the provider's own making. */
    tls: z
      .array(
        z
          .object({
            names: namesSchema,
            /** `silence-after-hello` lets the server answer, and then nothing more through that the client says. */
            action: z.enum(['reset', 'close', 'silence', 'silence-after-hello', 'intercept']),
          })
          .strict(),
      )
      .default([]),
    /** By the shape of the ClientHello, whatever it names: `classic` is the one older apps of Telegram send to MTProxies. */
    hellos: z
      .array(z.object({ shape: z.literal('classic'), action: z.enum(['reset', 'silence']) }).strict())
      .default([]),
    /** By the Host of a plain HTTP request. */
    http: z
      .array(
        z
          .object({
            names: namesSchema,
            action: z.discriminatedUnion('kind', [
              z.object({ kind: z.enum(['reset', 'silence']) }),
              z.object({ kind: z.literal('redirect'), to: z.url() }),
              z.object({ kind: z.literal('page'), status: z.number().int(), body: z.string() }),
            ]),
          })
          .strict(),
      )
      .default([]),
    /** What may still be sent, by address or by the name asked for: from the server (`down`), by the client (`up`). */
    limits: z
      .array(
        z
          .object({
            ...pathSelector,
            names: namesSchema.optional(),
            freezeAfterKib: z.number().min(1).optional(),
            kibPerSecond: z.number().min(1).optional(),
            direction: z.enum(['down', 'up']).default('down'),
          })
          .strict(),
      )
      .default([]),
    /** First payloads that are neither TLS nor HTTP nor a SOCKS greeting: obfuscated MTProto looks like that. */
    unknownProtocol: z.enum(['pass', 'swallow']).default('pass'),
    /** The site at this address answers every connection, wherever it was meant to go, until somebody signs in. */
    portal: z.object({ address: addressSchema }).strict().optional(),
    /** The provider's own resolver, as routers hand it out; the system's resolver asks it. */
    resolver: addressSchema.default('192.168.1.1'),
  })
  .strict();

export const scenarioSchema = z
  .object({
    id: z.string().regex(/^[a-z0-9-]+$/),
    name: z.string(),
    /** One or two sentences for a person who picks a scenario. */
    summary: z.string(),
    interfaces: z.array(interfaceSchema),
    /** The interface that holds the default route; null when nothing does. */
    defaultInterface: z.string().nullable(),
    /** What a connection to an address nobody listens at meets. */
    unlisted: z.enum(['silence', 'unreachable']).default('silence'),
    isp: ispSchema,
    sites: z.array(siteSchema),
    proxies: z.array(z.discriminatedUnion('kind', [proxySchema, mtproxySchema])).default([]),
    /** The plain comparator; this and every address in `resolvers` answer UDP 53 from the true zone. */
    dns: endpointSchema,
    resolvers: z.array(addressSchema).default([]),
    doh: z.object({ url: z.url(), addresses: z.array(addressSchema).min(1) }).strict(),
    systemProxy: z.string().nullable().default(null),
    /** What Amazon's list of ranges would say of its addresses here; IPv4. */
    amazon: z.array(z.object({ prefix: prefixSchema, region: z.string() }).strict()).default([]),
  })
  .strict()
  .refine(
    (scenario) =>
      scenario.defaultInterface === null ||
      scenario.interfaces.some((candidate) => candidate.name === scenario.defaultInterface),
    'defaultInterface names no interface',
  );

export type Site = z.infer<typeof siteSchema>;
export type SiteDeclaration = z.input<typeof siteSchema>;
export type LabProxy = z.infer<typeof proxySchema>;
export type LabMtproxy = z.infer<typeof mtproxySchema>;
export type IspRules = z.infer<typeof ispSchema>;
export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioDeclaration = z.input<typeof scenarioSchema>;

/** Validates a declaration and fills in its defaults; throws a ZodError on a mistake in it. */
export function defineScenario(declaration: ScenarioDeclaration): Scenario {
  return scenarioSchema.parse(declaration);
}
