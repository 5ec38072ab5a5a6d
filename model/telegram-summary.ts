import type { Mechanism, VerdictName } from './verdict.ts';

/**
 * What a person can do with Telegram over one route. `no-media`: chat works and pictures do not. `apps-only`: the apps
 * work and Telegram Web does not; `web-only` the other way round. `partly`: fewer than four endpoints in five answer.
 */
export type TelegramState = 'works' | 'apps-only' | 'no-media' | 'partly' | 'web-only' | 'fails' | 'untested';

/** How the members of a group end that give no resPQ at all; `declined` is Telegram's own word and no silence. */
export type TelegramSilence = 'silent' | 'refused' | 'cut' | 'unresolved' | 'declined' | 'not-telegram' | 'failing';

export type TelegramGroupKind = 'chat' | 'media' | 'websocket' | 'websocket-media';

export interface TelegramGroup {
  readonly kind: TelegramGroupKind;
  /** Endpoints of data centres, or hosts of WebSockets, of the address family in use. */
  readonly ok: number;
  readonly tried: number;
  /** Data centres of which nothing answered. */
  readonly dead: readonly { readonly dc: number; readonly how: TelegramSilence }[];
  /** On the current connection: what the verdicts of its members are consistent with, if most agree. */
  readonly mechanism?: Mechanism;
}

export interface TelegramRouteSummary {
  readonly routeId: string;
  readonly state: TelegramState;
  /** Those of which anything was tried, in the order of the kinds. */
  readonly groups: readonly TelegramGroup[];
  /** Median over the data centres of what Telegram shows as ping, in milliseconds. */
  readonly pingMs?: number;
  /** Targets that needed a second try. */
  readonly retried: number;
}

export interface TelegramSummary {
  /** One per route, in their order. */
  readonly routes: readonly TelegramRouteSummary[];
  /** Of the current connection, over all that was tested of Telegram. */
  readonly verdict: VerdictName;
  readonly mechanism?: Mechanism;
}

/** Why a route is the best one: which of the questions, asked in this order, it alone answers best. */
export type TelegramReason = 'only-one' | 'works-better' | 'steadier' | 'quicker' | 'first-of-equals';

export interface TelegramChoice {
  readonly routeId: string;
  readonly reason: TelegramReason;
  readonly pingMs?: number;
}
