import { z } from 'zod';
import { failureSchema } from './failure.ts';

export const routeKindSchema = z.enum([
  'direct',
  'interface',
  'socks4',
  'socks4a',
  'socks5',
  'socks5h',
  'http',
  'https',
  'mtproxy',
]);
export type RouteKind = z.infer<typeof routeKindSchema>;

interface RouteBase {
  /** Stable: `direct`, or derived from the label or the position. */
  readonly id: string;
  readonly label: string;
}

export interface DirectRoute extends RouteBase {
  readonly kind: 'direct';
}

/** Leaves through one network interface, by binding its address as the source. */
export interface InterfaceRoute extends RouteBase {
  readonly kind: 'interface';
  readonly interface: string;
}

export type ProxyRouteKind = 'socks4' | 'socks4a' | 'socks5' | 'socks5h' | 'http' | 'https';

export interface ProxyRoute extends RouteBase {
  readonly kind: ProxyRouteKind;
  readonly host: string;
  readonly port: number;
  /** Kept out of every observation, event, log and report; only a dialer reads it. Each part at most 255 bytes. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

export interface MtproxyRoute extends RouteBase {
  readonly kind: 'mtproxy';
  readonly host: string;
  readonly port: number;
  /** The decoded secret; as private as a password. */
  readonly secret: Uint8Array;
}

/** A way out of this machine, with the credentials it needs. Never serialised: see {@link routeSummarySchema}. */
export type Route = DirectRoute | InterfaceRoute | ProxyRoute | MtproxyRoute;

/** Whether names are resolved at the far end, so that the local resolver must never see a target's name. */
export function resolvesRemotely(kind: RouteKind): boolean {
  return kind === 'socks4a' || kind === 'socks5h' || kind === 'http' || kind === 'https' || kind === 'mtproxy';
}

/** What a report says of a route: never a credential. */
export const routeSummarySchema = z
  .object({
    id: z.string(),
    kind: routeKindSchema,
    label: z.string(),
    /** `host:port` of a proxy, the name of an interface, or null for the current connection. */
    endpoint: z.string().nullable(),
    remoteDns: z.boolean(),
    baseline: z.object({ ok: z.boolean(), passed: z.number().int().min(0), tried: z.number().int().min(0) }).strict(),
    failure: failureSchema.optional(),
  })
  .strict();
export type RouteSummary = z.infer<typeof routeSummarySchema>;
