import { z } from 'zod';

/** What the gate found about this machine and its current connection, before anything is judged. */
export const environmentSchema = z
  .object({
    platform: z.string(),
    tunnel: z
      .object({
        up: z.boolean(),
        /** Name of the interface that carries the traffic. */
        interface: z.string().optional(),
        /** How it was recognised: by the name of the interface, or by answers in 198.18.0.0/15. */
        sign: z.enum(['interface', 'default-route', 'fake-ip']).optional(),
      })
      .strict(),
    /** `host:port` of the proxy the system or the environment names, without credentials; null when none. */
    systemProxy: z.string().nullable(),
    captivePortal: z.boolean(),
    /** True when even an unassigned address accepts connections: then a connect is no evidence. */
    connectsProveNothing: z.boolean(),
    ipv6: z.enum(['works', 'broken', 'absent', 'unknown']),
    /** This machine's clock minus true time, in milliseconds; null when no server told. */
    clockSkewMs: z.number().nullable(),
    /** Local tools that alter packets or relay them, by name. */
    bypassTools: z.array(z.string()),
    /** True when a baseline's certificate is trusted by this machine's own store only. */
    httpsScanning: z.boolean(),
  })
  .strict();
export type Environment = z.infer<typeof environmentSchema>;
