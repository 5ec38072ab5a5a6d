import { z } from 'zod';
import type { Failure } from './failure.ts';
import type { Problem } from './problem.ts';
import type { RouteKind } from './route.ts';

/** What a person types to make or change a route. Secrets go in here and never come out again. */
export const routeFormSchema = z
  .object({
    kind: z.enum(['interface', 'socks4', 'socks4a', 'socks5', 'socks5h', 'http', 'https', 'mtproxy']),
    label: z.string().max(64),
    /** Interfaces only. */
    interface: z.string().max(64).optional(),
    host: z.string().max(255).optional(),
    port: z.string().max(8).optional(),
    username: z.string().max(255).optional(),
    /** Absent when a route is changed: the password stays as it is. Empty: there is none. */
    password: z.string().max(255).optional(),
    /** MTProxies only; absent when a route is changed: it stays as it is. */
    secret: z.string().max(1024).optional(),
  })
  .strict();
export type RouteForm = z.infer<typeof routeFormSchema>;

/** A saved route as every screen sees it: without its password or secret. */
export interface RouteView {
  readonly id: string;
  readonly kind: RouteKind;
  readonly label: string;
  /** `host:port` of a proxy, the name of an interface, or null for the current connection. */
  readonly endpoint: string | null;
  readonly host?: string;
  readonly port?: number;
  readonly interface?: string;
  readonly username?: string;
  /** Whether a password or MTProxy secret belongs to it. */
  readonly hasSecret: boolean;
  /** True where its secret could not be read back (another machine's keychain) and has to be typed again. */
  readonly secretLost: boolean;
  /** Whether the next check goes over it. The current connection is always on, and always first. */
  readonly enabled: boolean;
  /** Whether Telegram has a link for it (SOCKS5 and MTProxy). */
  readonly forTelegram: boolean;
  /** Milliseconds of its last tests and checks, oldest first, at most 20; null where it did not answer. */
  readonly latencies: readonly (number | null)[];
}

/** A set of routes that are on together, such as "Home". */
export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly routeIds: readonly string[];
}

export interface RoutesView {
  readonly routes: readonly RouteView[];
  readonly presets: readonly Preset[];
  /** Interfaces of this machine that have an address, loopback left out. */
  readonly interfaces: readonly { readonly name: string; readonly address: string }[];
}

/** What a pasted text holds, before anything of it is kept. Repeats no password and no secret. */
export interface ImportPreview {
  readonly found: readonly {
    /** Its place among the routes found: what `importRoutes` is given. */
    readonly index: number;
    readonly kind: RouteKind;
    readonly label: string;
    readonly endpoint: string | null;
    readonly hasSecret: boolean;
    /** Whether the same route is in the list already. */
    readonly known: boolean;
    readonly line: number;
    readonly notices: readonly Problem[];
  }[];
  readonly merged: number;
  readonly refused: readonly {
    readonly line: number;
    readonly column: number;
    readonly problems: readonly Problem[];
  }[];
  readonly passedOver: number;
}

/** A proxy that seems to be on this machine or set for it. */
export interface DetectedRoute {
  readonly kind: RouteKind;
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
  /** `system` and `environment` are set for this machine; `listening` answered as a proxy on a port that proxies use. */
  readonly source: 'system' | 'environment' | 'listening';
  readonly known: boolean;
}

/** Whether a route carries anything: neutral sites over it, or Telegram's data centres where it leads nowhere else. */
export interface RouteTest {
  readonly ok: boolean;
  readonly passed: number;
  readonly tried: number;
  /** Milliseconds to the first byte of the quickest of them; null where none answered. */
  readonly ms: number | null;
  readonly failure?: Failure;
}
