import { z } from 'zod';
import type { CallName } from './call-names.ts';
import { languages, letterAudiences } from './choices.ts';
import type { AddressFacts, Overlay2018, RangesSource } from './cloud.ts';
import type { Problem } from './problem.ts';
import { profileSchema, redactionSchema } from './report.ts';
import {
  type DetectedRoute,
  type ImportPreview,
  type RoutesView,
  type RouteTest,
  routeFormSchema,
} from './route-view.ts';
import type {
  Availability,
  ChangesView,
  RunComparison,
  RunUpdate,
  RunView,
  StoredRun,
  TargetDetail,
} from './run-view.ts';
import { type ScreenName, screens } from './screens.ts';
import { type Settings, settingsSchema } from './settings.ts';

/**
 * The one contract between a host (desktop or web) and the interface: every call by name, with the schema its input is
 * checked against and the type of its answer. The desktop's preload, the web host's addresses, the interface's `Bridge` and
 * the tests are all derived from it. Whatever comes from a page is untrusted, so every string and list here has a limit.
 */
interface Call<I extends z.ZodType, O> {
  readonly input: I;
  /** Never present: carries the type of the answer. */
  readonly output?: O;
}

function call<O>() {
  return <I extends z.ZodType>(input: I): Call<I, O> => ({ input });
}

const nothing = z.undefined();
const id = z.string().min(1).max(128);
const runId = z.string().min(1).max(64);
/** What a person may paste; in UTF-16 units. */
const pasted = z.string().max(1024 * 1024);

export const screenSchema = z.enum(screens);
export type { ScreenName };

/** `pdf` only where the host `can.pdf`. */
export const reportFormatSchema = z.enum(['json', 'html', 'pdf', 'csv', 'ooni', 'markdown']);
export type ReportFormat = z.infer<typeof reportFormatSchema>;

/** A letter about one target of a run, in any of our languages. It goes to strangers: nobody's own addresses are ever in it. */
const letter = {
  runId,
  targetId: id,
  audience: z.enum(letterAudiences),
  language: z.enum(languages),
  redaction: redactionSchema.exclude(['none']),
};

/** What this host can do, and where things are. Never changes while the app is open. */
export interface HostInfo {
  readonly host: 'desktop' | 'web';
  readonly version: string;
  readonly platform: string;
  /** The machine's own language as BCP 47. */
  readonly language: string;
  /** Where passwords are: in the system's key store, or in memory only until the app is closed. */
  readonly secrets: 'keychain' | 'memory';
  readonly can: {
    readonly notify: boolean;
    readonly tray: boolean;
    readonly startAtLogin: boolean;
    /** Whether it prints reports to PDF by itself; a browser does that for its own pages. */
    readonly pdf: boolean;
    readonly update: boolean;
    readonly openFolder: boolean;
  };
  readonly dataFolder: string;
  /** Files of ours that could not be read at the start and were set aside, by name. */
  readonly setAside: readonly { readonly file: string; readonly keptAs: string }[];
}

/** A target a check may include. */
export interface TargetView {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly url?: string;
  readonly host: string;
  readonly own: boolean;
  /** Whether the next check of the chosen profile tests it. */
  readonly enabled: boolean;
}

export interface ScenarioView {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
}

/** Something a report at the chosen level does not tell, with how often it stood there. Shown on this machine only. */
export interface Removal {
  readonly what:
    | 'own-address'
    | 'local-address'
    | 'interface'
    | 'resolver'
    | 'route-endpoint'
    | 'route-label'
    /** An address in a URL or its query that may be the visitor's. */
    | 'target-query'
    /** A header of a server that no verdict needs, such as a cookie; `before` is its name. */
    | 'header';
  readonly before: string;
  /** What stands there instead; empty where nothing does. */
  readonly after: string;
  readonly count: number;
}

export interface ReportPreview {
  /** What is kept of older runs holds no own address any more, so `none` is there for the last run only. */
  readonly levels: readonly z.infer<typeof redactionSchema>[];
  readonly removals: readonly Removal[];
  /** The Markdown form, which is what `copyReport` copies. */
  readonly text: string;
}

export interface LetterPreview {
  readonly text: string;
}

/** `download`: this host has no dialogs, so the page offers the file itself. */
export type SaveOutcome =
  | { readonly outcome: 'saved'; readonly name: string }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'download'; readonly name: string; readonly mediaType: string; readonly text: string };

/** `given`: this host has no clipboard or no way to open links, so the page does it. */
export type HandOver = { readonly outcome: 'done' } | { readonly outcome: 'given'; readonly text: string };

export type LookupAnswer =
  | { readonly word: string; readonly problem: Problem }
  | {
      readonly word: string;
      readonly addresses: readonly { readonly address: string; readonly facts: AddressFacts }[];
      /** Where a name could not be resolved: an errno name or `timeout`. */
      readonly failure?: string;
    }
  | { readonly word: string; readonly range: RangeFacts }
  /** One of Amazon's regions: its IPv4 addresses, and how many were on the list of April 2018 by the end of each day. */
  | {
      readonly word: string;
      readonly region: { readonly addresses: number; readonly days2018: RangeFacts['days2018'] };
    };

/** What a range (CIDR) holds; at most 200 prefixes and 200 systems, the largest first. Addresses are decimal text. */
export interface RangeFacts {
  readonly addresses: string;
  readonly prefixes: readonly {
    readonly prefix: string;
    readonly region?: string;
    readonly services: readonly string[];
  }[];
  /** Distinct prefixes by region and by service. */
  readonly regions: Readonly<Record<string, number>>;
  readonly services: Readonly<Record<string, number>>;
  readonly systems: readonly { readonly asn: number; readonly name: string; readonly addresses: string }[];
  /** How many of its addresses lie in the list of April 2018. */
  readonly addresses2018: number;
  /** How many of them did by the end of each day of the list, the first day first (YYYY-MM-DD); empty where none ever did. */
  readonly days2018: readonly { readonly day: string; readonly addresses: number }[];
}

/** The list of April 2018 laid over today's tables, and which of the addresses that were given were on it. */
export interface Reading2018 {
  readonly overlay: Overlay2018;
  /** Those with a range, which is the one that was seen first; the others are left out. */
  readonly inside: readonly { readonly address: string; readonly prefix: string; readonly firstSeen: string }[];
}

export interface RangesInfo {
  readonly source: RangesSource;
  /** When Amazon last said that the list in use is the newest (ISO 8601); null where it never did. */
  readonly checkedAt: string | null;
  /** Credit that the licence of the AS data wants shown. */
  readonly attribution: string;
  readonly problems: readonly Problem[];
}

export interface RangesRefreshed {
  readonly info: RangesInfo;
  /** False where the list in use is the newest already. */
  readonly updated: boolean;
  /** The route it came over. */
  readonly route: { readonly id: string; readonly label: string };
  /** What was wrong with the routes that were tried before that one. */
  readonly problems: readonly Problem[];
}

export interface DataInfo {
  readonly folder: string;
  readonly bytes: number;
  readonly runs: number;
  /** Checks that are older, and the oldest above that size (MiB) on disk, are taken away after each check. */
  readonly keep: { readonly days: number; readonly megabytes: number };
}

export const linkSchema = z.enum(['website', 'source', 'security', 'rules', 'licences']);
export type LinkName = z.infer<typeof linkSchema>;

export const contract = {
  readHost: call<HostInfo>()(nothing),

  readSettings: call<Settings>()(nothing),
  changeSettings: call<Settings>()(settingsSchema.omit({ consentedAt: true }).partial().strict()),
  /** The person has read what is sent and who sees it, and agrees. */
  giveConsent: call<Settings>()(nothing),

  readRoutes: call<RoutesView>()(nothing),
  addRoute: call<RoutesView>()(routeFormSchema),
  changeRoute: call<RoutesView>()(z.object({ id, form: routeFormSchema }).strict()),
  toggleRoute: call<RoutesView>()(z.object({ id, enabled: z.boolean() }).strict()),
  /** All ids in their new order; the current connection stays first. */
  orderRoutes: call<RoutesView>()(z.object({ ids: z.array(id).max(1000) }).strict()),
  duplicateRoute: call<RoutesView>()(z.object({ id }).strict()),
  removeRoute: call<RoutesView>()(z.object({ id }).strict()),
  previewImport: call<ImportPreview>()(z.object({ text: pasted }).strict()),
  /** The text once more, and the places of the routes to keep, so that no secret waits anywhere in between. */
  importRoutes: call<RoutesView>()(
    z.object({ text: pasted, take: z.array(z.number().int().min(0)).max(1000) }).strict(),
  ),
  detectRoutes: call<readonly DetectedRoute[]>()(nothing),
  /** The route's proxy and some neutral sites are contacted. */
  testRoute: call<RouteTest>()(z.object({ id }).strict()),
  /** Onto the clipboard, as `tg://` or `scheme://`; with its password or secret only when that is asked for. */
  copyRouteLink: call<HandOver>()(z.object({ id, withSecret: z.boolean() }).strict()),
  openInTelegram: call<HandOver>()(z.object({ id }).strict()),
  savePreset: call<RoutesView>()(z.object({ name: z.string().min(1).max(40) }).strict()),
  applyPreset: call<RoutesView>()(z.object({ id }).strict()),
  removePreset: call<RoutesView>()(z.object({ id }).strict()),

  readTargets: call<readonly TargetView[]>()(nothing),
  toggleTargets: call<readonly TargetView[]>()(
    z.object({ ids: z.array(id).max(10_000), enabled: z.boolean() }).strict(),
  ),
  /** A JSON list, a CSV with a header, or one URL per line. */
  importTargets: call<readonly TargetView[]>()(z.object({ text: z.string().max(16 * 1024 * 1024) }).strict()),
  removeTargets: call<readonly TargetView[]>()(z.object({ ids: z.array(id).max(10_000) }).strict()),

  readScenarios: call<readonly ScenarioView[]>()(nothing),
  startCheck: call<{ readonly runId: string }>()(
    z.object({ profile: profileSchema.optional(), targetIds: z.array(id).min(1).max(10_000).optional() }).strict(),
  ),
  startPractice: call<{ readonly runId: string }>()(
    z
      .object({
        scenario: z.string().max(64),
        /** Practice proxies that are switched off, by id; empty for none. */
        without: z.array(id).max(64).optional(),
      })
      .strict(),
  ),
  cancelRun: call<null>()(z.object({ runId }).strict()),
  /** The run on screen when nothing else is chosen: the one under way, else the last one; null before the first. */
  readCurrentRun: call<{ readonly view: RunView; readonly seq: number } | null>()(nothing),
  /** What two checks in a row have shown to be otherwise than before, and what is being looked at again. */
  readChanges: call<ChangesView>()(nothing),
  readRun: call<RunView>()(z.object({ runId }).strict()),
  readTarget: call<TargetDetail>()(z.object({ runId, targetId: id }).strict()),

  listRuns: call<readonly StoredRun[]>()(z.object({ limit: z.number().int().min(1).max(1000) }).strict()),
  compareRuns: call<RunComparison>()(z.object({ a: runId, b: runId }).strict()),
  readAvailability: call<readonly Availability[]>()(z.object({ days: z.number().int().min(1).max(3650) }).strict()),
  removeRun: call<null>()(z.object({ runId }).strict()),

  previewReport: call<ReportPreview>()(z.object({ runId, redaction: redactionSchema }).strict()),
  saveReport: call<SaveOutcome>()(z.object({ runId, redaction: redactionSchema, format: reportFormatSchema }).strict()),
  copyReport: call<HandOver>()(z.object({ runId, redaction: redactionSchema }).strict()),

  /** The Markdown form, which is what `copyLetter` copies. */
  previewLetter: call<LetterPreview>()(z.object(letter).strict()),
  saveLetter: call<SaveOutcome>()(z.object({ ...letter, format: z.enum(['html', 'markdown']) }).strict()),
  copyLetter: call<HandOver>()(z.object(letter).strict()),

  readRanges: call<RangesInfo>()(nothing),
  /** A newer `ip-ranges.json` the person has, as text. */
  updateRanges: call<RangesInfo>()(z.object({ text: z.string().max(16 * 1024 * 1024) }).strict()),
  /** Asks Amazon for its newest list over the routes that are on, in turn, until one of them serves. */
  refreshRanges: call<RangesRefreshed>()(nothing),
  /** Nothing is asked of anybody: text that is no address is in no range. */
  read2018: call<Reading2018>()(z.object({ addresses: z.array(z.string().max(64)).max(10_000) }).strict()),
  /** Addresses, ranges and host names, apart by spaces or lines. Names are asked of this machine's resolver. */
  lookUp: call<readonly LookupAnswer[]>()(
    z.object({ words: z.array(z.string().min(1).max(255)).min(1).max(100) }).strict(),
  ),

  readData: call<DataInfo>()(nothing),
  /** Chooses how much of the history is kept. */
  limitData: call<DataInfo>()(
    z.object({ days: z.number().int().min(1).max(3650), megabytes: z.number().int().min(10).max(10_000) }).strict(),
  ),
  openDataFolder: call<null>()(nothing),
  /** Settings, routes with their secrets, own targets, runs: everything this app keeps on this machine. */
  deleteEverything: call<null>()(z.object({ confirm: z.literal('delete everything') }).strict()),
  openLink: call<HandOver>()(z.object({ link: linkSchema }).strict()),
} as const satisfies Readonly<Record<CallName, Call<z.ZodType, unknown>>>;

export type Contract = typeof contract;
export type Input<N extends CallName> = z.infer<Contract[N]['input']>;
export type Output<N extends CallName> = Contract[N] extends Call<z.ZodType, infer O> ? O : never;

/** A call's answer: it never throws across. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What a host tells its pages by itself. */
export type HostEvent =
  /** `seq` counts from 1 within a run without gaps: a page that missed one reads the run anew. */
  | { readonly type: 'run'; readonly runId: string; readonly seq: number; readonly updates: readonly RunUpdate[] }
  | { readonly type: 'settings'; readonly settings: Settings }
  | { readonly type: 'changes'; readonly view: ChangesView }
  | { readonly type: 'routes'; readonly view: RoutesView }
  /** Amazon's list was asked for: by a page, or by itself. */
  | { readonly type: 'ranges'; readonly info: RangesInfo }
  /** Events may be missing here: whoever listens reads anew what it shows. */
  | { readonly type: 'missed' }
  /** A deep link, the tray or a notification asks for a screen. */
  | { readonly type: 'show'; readonly screen: ScreenName };

/** What the interface is given by its host: the contract as functions, and the host's events. */
export type Bridge = {
  readonly [N in CallName]: (...input: Input<N> extends undefined ? [] : [Input<N>]) => Promise<Answer<Output<N>>>;
} & {
  /** Returns what ends the subscription. */
  readonly subscribe: (listener: (event: HostEvent) => void) => () => void;
};
