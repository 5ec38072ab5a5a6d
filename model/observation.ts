import { z } from 'zod';
import { portSchema } from './address.ts';
import { failureSchema } from './failure.ts';

/**
 * Why an observation was made. `main` is the plain test; the others are second looks the engine decides on after the
 * plain test failed, so that a failure can be told from its look-alikes:
 * `pinned` the same address over a control route; `neutral-sni` the same address with an innocent name;
 * `true-address` an address another resolver gave; `other-port` the same address on another port;
 * `fallback` the plain abridged transport of MTProto, or the older ClientHello of an MTProxy; `throughput` a timed transfer.
 */
export const purposeSchema = z.enum([
  'main',
  'pinned',
  'neutral-sni',
  'true-address',
  'other-port',
  'fallback',
  'throughput',
]);
export type Purpose = z.infer<typeof purposeSchema>;

const base = {
  /** Unique within a report: `o1`, `o2`, … */
  id: z.string(),
  purpose: purposeSchema,
  /** 3 is the repeat of a deep check, 20 s after the second. */
  try: z.number().int().min(1).max(3),
  /** Milliseconds from the start of the run. */
  startMs: z.number().min(0),
  /** Duration in milliseconds. */
  ms: z.number().min(0),
  failure: failureSchema.optional(),
};

const answerSchema = z
  .object({
    address: z.string(),
    /** Seconds; absent for the system resolver, which does not tell. */
    ttl: z.number().int().min(0).optional(),
    /** Origin AS of the address, from the packaged table. */
    asn: z.number().int().min(0).optional(),
  })
  .strict();
export type Answer = z.infer<typeof answerSchema>;

export const resolveObservationSchema = z
  .object({
    ...base,
    step: z.literal('resolve'),
    resolver: z.enum(['system', 'udp', 'doh']),
    /** The comparator's address or the DoH server's host; absent for the system resolver. */
    server: z.string().optional(),
    name: z.string(),
    answers: z.array(answerSchema),
    /** DNS RCODE as its mnemonic (RFC 1035 4.1.1), where one was received. */
    rcode: z.string().optional(),
    /** Answers that arrived after the first one to the same UDP query: a resolver sends one. */
    laterAnswers: z.array(z.array(answerSchema)).optional(),
  })
  .strict();

const transportAddress = {
  /** The address dialled; absent where the proxy resolved the name. */
  address: z.string().optional(),
  port: portSchema,
};

export const connectObservationSchema = z
  .object({
    ...base,
    step: z.literal('connect'),
    /** Whether this TCP connection went to the target or to the route's proxy. */
    peer: z.enum(['target', 'proxy']),
    ...transportAddress,
    localAddress: z.string().optional(),
  })
  .strict();

export const proxyObservationSchema = z
  .object({
    ...base,
    step: z.literal('proxy'),
    /** What the proxy was asked for: a name when it resolves remotely, an address otherwise. */
    requested: z.string(),
    port: portSchema,
    /** The proxy's own word: a SOCKS reply number or an HTTP status. */
    reply: z.number().int().optional(),
  })
  .strict();

const certificateSchema = z
  .object({
    /** SHA-256 over the DER form, lower-case hex. */
    fingerprint256: z.string().regex(/^[0-9a-f]{64}$/),
    subject: z.string().max(512),
    issuer: z.string().max(512),
    validFrom: z.string(),
    validTo: z.string(),
  })
  .strict();
export type Certificate = z.infer<typeof certificateSchema>;

export const tlsObservationSchema = z
  .object({
    ...base,
    step: z.literal('tls'),
    /** Whether the handshake was with the target or with an HTTPS proxy. */
    peer: z.enum(['target', 'proxy']),
    ...transportAddress,
    /** The name sent as SNI; absent when none was sent (an address literal). */
    serverName: z.string().optional(),
    /** `TLSv1.2`, `TLSv1.3`. */
    version: z.string().optional(),
    /** From ClientHello to the first byte back, in milliseconds. */
    helloMs: z.number().min(0).optional(),
    /** Bytes received from the peer since the ClientHello: 0 with a reset means it was cut at the name. */
    bytesReceived: z.number().int().min(0),
    /** The peer's chain, leaf first; at most 6. */
    chain: z.array(certificateSchema).max(6),
    /**
     * Who vouches for the chain: `public` the bundled Mozilla store, `system` only this machine's own store (a company or
     * an antivirus), `extra` a file given with --ca, `none` nobody.
     */
    trust: z.enum(['public', 'system', 'extra', 'none']).optional(),
  })
  .strict();

const hopSchema = z.object({ url: z.string(), status: z.number().int() }).strict();

export const httpObservationSchema = z
  .object({
    ...base,
    step: z.literal('http'),
    ...transportAddress,
    /** The address asked last, after redirects; query strings are kept, fragments and credentials are not. */
    url: z.string(),
    status: z.number().int().optional(),
    /** Milliseconds from the request to the first byte of the response. */
    firstByteMs: z.number().min(0).optional(),
    headers: z.record(z.string(), z.string().max(1024)),
    /** Bytes of body received, after decoding, at most 512 KiB. */
    bodyBytes: z.number().int().min(0),
    bodyTruncated: z.boolean(),
    /** SHA-256 over the received body, lower-case hex. */
    bodySha256: z.string().optional(),
    /** Text of the `title` element, for people. */
    title: z.string().max(200).optional(),
    /** The redirects followed before `url`, oldest first, at most 5. */
    redirects: z.array(hopSchema).max(5),
    /** Id of the block-page mark in `data/block-pages.json` that matched. */
    mark: z.string().optional(),
    /** Where a redirect left the site asked for (another registrable domain), that host. */
    foreignHost: z.string().optional(),
    /** Raw bytes received on the connection when it stalled or broke. */
    receivedBytes: z.number().int().min(0).optional(),
  })
  .strict();

export const transferObservationSchema = z
  .object({
    ...base,
    step: z.literal('transfer'),
    ...transportAddress,
    direction: z.enum(['down', 'up']),
    /** Bytes of the body: where it stalled, that is where. Up, what this machine's kernel took, an upper bound. */
    bytes: z.number().int().min(0),
    /** Number of writes (up) or reads (down) until the end or the stall. */
    chunks: z.number().int().min(0),
    /** Bytes per second over the transfer, connection set-up excluded. */
    goodput: z.number().min(0).optional(),
    /** Down: raw bytes received on the connection, TLS included, when it stalled or broke. */
    receivedBytes: z.number().int().min(0).optional(),
    /** Up: the status of the answer; an error counts as one too where the server had asked for the body. */
    status: z.number().int().optional(),
  })
  .strict();

export const websocketObservationSchema = z
  .object({
    ...base,
    step: z.literal('websocket'),
    ...transportAddress,
    stage: z.enum(['request', 'open']),
    status: z.number().int().optional(),
  })
  .strict();

/**
 * The ClientHello of an MTProxy with fake TLS: `modern` has a current browser's shape, `classic` that of the apps of about
 * 2020, which filters know.
 */
export const helloProfileSchema = z.enum(['modern', 'classic']);
export type HelloProfile = z.infer<typeof helloProfileSchema>;

/**
 * The last thing that went well on the way to Telegram through an MTProxy: the connection to the proxy was open, the
 * ClientHello was sent, the proxy proved that it knows the secret, the first payload was sent, Telegram answered. Only
 * proxies with fake TLS have the second and third.
 */
export const proxyStageSchema = z.enum(['connect', 'hello', 'server-hello-verified', 'first-payload', 'resPQ']);
export type ProxyStage = z.infer<typeof proxyStageSchema>;

export const mtprotoObservationSchema = z
  .object({
    ...base,
    step: z.literal('mtproto'),
    ...transportAddress,
    dc: z.number().int(),
    transport: z.enum(['obfuscated-padded', 'obfuscated-intermediate', 'abridged']),
    /** The last stage reached: the payload was sent (or, through an MTProxy, something before it), or a reply with our own nonce came back. */
    stage: z.enum(['sent', 'resPQ']),
    /** Present where the connection led to an MTProxy; `port` is then the proxy's. */
    proxyStage: proxyStageSchema.optional(),
    helloProfile: helloProfileSchema.optional(),
    /** Second req_pq on the same connection, in milliseconds: the ping Telegram shows. */
    pingMs: z.number().min(0).optional(),
    /** RSA key fingerprints offered, 16 hex digits each. */
    fingerprints: z.array(z.string()).max(16).optional(),
    /** Whether the production key is among them. */
    production: z.boolean().optional(),
    /** Bytes received when the endpoint did not pass. */
    bytesReceived: z.number().int().min(0).optional(),
  })
  .strict();

export const observationSchema = z.discriminatedUnion('step', [
  resolveObservationSchema,
  connectObservationSchema,
  proxyObservationSchema,
  tlsObservationSchema,
  httpObservationSchema,
  transferObservationSchema,
  websocketObservationSchema,
  mtprotoObservationSchema,
]);
export type Observation = z.infer<typeof observationSchema>;
export type ObservationOf<S extends Observation['step']> = Extract<Observation, { step: S }>;
