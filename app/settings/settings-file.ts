import { z } from 'zod';
import { routeKindSchema } from '../../model/route.ts';
import type { Preset } from '../../model/route-view.ts';
import { defaultSettings, type Settings, settingsSchema } from '../../model/settings.ts';
import { type Target, targetSchema } from '../../model/target.ts';
import { parseHost } from '../input/parse-host.ts';
import { parseRoute, proxyFromParts } from '../input/parse-route.ts';
import { uniqueId } from '../input/parse-routes-file.ts';
import { parseTargetUrl } from '../input/parse-target-url.ts';
import { sanitizeText } from '../sanitize-text.ts';
import {
  type KeptProxy,
  type KeptRoute,
  maxLatencies,
  maxOwnTargets,
  maxPresets,
  maxRoutes,
  type SettingsState,
} from './settings-state.ts';
import { builtInTargetIds } from './targets-for-run.ts';

/** The file is `{ version, settings, routes, presets, targets, ownTargets, latencies }`; see the state for what they are. */
const currentVersion = 1;

type JsonObject = Readonly<Record<string, unknown>>;

/** `migrations[0]` makes version 2 of a file of version 1, and so on. */
const migrations: readonly ((file: JsonObject) => JsonObject)[] = [];

/** What a file holds beside what this version knows, kept for the version that wrote it; lists by the id of their item. */
export interface UnknownData {
  readonly file: JsonObject;
  readonly settings: JsonObject;
  readonly routes: ReadonlyMap<string, JsonObject>;
  readonly presets: ReadonlyMap<string, JsonObject>;
  readonly ownTargets: ReadonlyMap<string, JsonObject>;
}

export const nothingUnknown: UnknownData = {
  file: {},
  settings: {},
  routes: new Map(),
  presets: new Map(),
  ownTargets: new Map(),
};

export interface ReadSettings {
  /** The secrets of its routes are all `lost` as yet: sealed as the file holds them. */
  readonly state: SettingsState;
  readonly unknown: UnknownData;
  /** False where a part could not be used and is left out here, so that the file must be kept too. */
  readonly complete: boolean;
}

/** What the text of a settings file says; undefined where it is none, or a newer version's. Never throws. */
export function readSettingsText(text: string): ReadSettings | undefined {
  const file = parseObject(text);
  if (!file) return undefined;
  let complete = true;
  const part = <T>(name: string, schema: z.ZodType<T>, fallback: T): T => {
    // Every file of this version has them all: one that is missing was lost.
    const parsed = schema.safeParse(file[name]);
    if (!parsed.success) complete = false;
    return parsed.success ? parsed.data : fallback;
  };
  const list = <T>(name: string, limit: number, read: (value: unknown) => T | undefined): T[] => {
    const values = part(name, z.array(z.unknown()), []);
    const usable = values.slice(0, limit).flatMap((value) => read(value) ?? []);
    if (usable.length < values.length) complete = false;
    return usable;
  };
  const settings = readSettings(part('settings', z.record(z.string(), z.unknown()), {}));
  const routes = withUniqueIds(list('routes', maxRoutes, readRoute), ['direct']);
  const presets = withUniqueIds(list('presets', maxPresets, readPreset), []);
  const ownTargets = withUniqueIds(list('ownTargets', maxOwnTargets, readTarget), builtInTargetIds);
  return {
    state: {
      settings: settings.value,
      routes: routes.items,
      presets: presets.items,
      targets: part('targets', choiceSchema, { off: [], on: [] }),
      ownTargets: ownTargets.items,
      latencies: new Map(Object.entries(part('latencies', latenciesSchema, {}))),
    },
    unknown: {
      file: without(file, known),
      settings: settings.unknown,
      routes: routes.unknown,
      presets: presets.unknown,
      ownTargets: ownTargets.unknown,
    },
    complete: complete && settings.complete,
  };
}

/** @param sealedOf what the file is to hold of a route's secret; null where it cannot be kept, undefined where there is none. */
export function writeSettingsText(
  state: SettingsState,
  unknown: UnknownData,
  sealedOf: (route: KeptProxy) => string | null | undefined,
): string {
  const routes = state.routes.map((route) => {
    const strange = unknown.routes.get(route.id);
    if (route.kind === 'interface') return { ...strange, ...route };
    const { secret: _secret, lost: _lost, ...open } = route;
    const sealed = sealedOf(route);
    return { ...strange, ...open, ...(sealed === undefined ? {} : { sealed }) };
  });
  return `${JSON.stringify({
    ...unknown.file,
    version: currentVersion,
    settings: { ...unknown.settings, ...state.settings },
    routes,
    presets: state.presets.map((preset) => ({ ...unknown.presets.get(preset.id), ...preset })),
    targets: state.targets,
    ownTargets: state.ownTargets.map((target) => ({ ...unknown.ownTargets.get(target.id), ...target })),
    latencies: Object.fromEntries(state.latencies),
  })}\n`;
}

const known = ['version', 'settings', 'routes', 'presets', 'targets', 'ownTargets', 'latencies'];
const versionSchema = z.looseObject({ version: z.number().int().min(1).max(currentVersion) });

function parseObject(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    const checked = versionSchema.safeParse(parsed);
    if (!checked.success) return undefined;
    // What is nested too deeply to be written again cannot be kept: that throws here.
    JSON.stringify(parsed);
    const file = parsed as JsonObject;
    return migrations.slice(checked.data.version - 1).reduce<JsonObject>((older, migrate) => migrate(older), file);
  } catch {
    return undefined;
  }
}

const choiceSchema = z.object({
  off: z.array(z.string().max(128)).max(2 * maxOwnTargets),
  on: z.array(z.string().max(128)).max(2 * maxOwnTargets),
});
const latenciesSchema = z.record(
  z.string().max(128),
  z.array(z.number().min(0).max(1e7).nullable()).transform((times) => times.slice(-maxLatencies)),
);

function readSettings(raw: JsonObject): { value: Settings; unknown: JsonObject; complete: boolean } {
  const names = Object.keys(settingsSchema.shape);
  const merged = {
    ...defaultSettings,
    ...Object.fromEntries(Object.entries(raw).filter(([key]) => names.includes(key))),
  };
  const parsed = settingsSchema.safeParse(merged);
  if (parsed.success) return { value: parsed.data, unknown: without(raw, names), complete: true };
  const bad = new Set(parsed.error.issues.map(({ path }) => path[0]));
  const usable = Object.fromEntries(Object.entries(merged).filter(([key]) => !bad.has(key)));
  return { value: { ...defaultSettings, ...usable }, unknown: without(raw, names), complete: false };
}

interface Item<T> {
  readonly item: T;
  readonly unknown: JsonObject;
}

function withUniqueIds<T extends { readonly id: string }>(read: readonly Item<T>[], reserved: Iterable<string>) {
  const ids = new Set(reserved);
  const unknown = new Map<string, JsonObject>();
  const items = read.map(({ item, unknown: strange }) => {
    const id = uniqueId(item.id, ids);
    ids.add(id);
    if (Object.keys(strange).length > 0) unknown.set(id, strange);
    return { ...item, id };
  });
  return { items, unknown };
}

const routeBase = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,127}$/),
  label: cleaned(64),
  enabled: z.boolean(),
};
const interfaceSchema = z.object({ ...routeBase, kind: z.literal('interface'), interface: z.string() });
const proxySchema = z.object({
  ...routeBase,
  kind: routeKindSchema.exclude(['direct', 'interface']),
  host: z.string().refine((host) => parseHost(host) === host),
  port: z.number().int().min(1).max(65535),
  username: z.string().optional(),
  sealed: z.string().max(65_536).nullable().optional(),
});
const routeFields = [...new Set([...Object.keys(interfaceSchema.shape), ...Object.keys(proxySchema.shape)])];

function readRoute(raw: unknown): Item<KeptRoute> | undefined {
  const parsed = z.union([interfaceSchema, proxySchema]).safeParse(raw);
  if (!parsed.success) return undefined;
  const unknown = without(raw as JsonObject, routeFields);
  if (parsed.data.kind === 'interface') {
    return parseRoute(`interface:${parsed.data.interface}`, 1).ok ? { item: parsed.data, unknown } : undefined;
  }
  const { sealed, username, ...route } = parsed.data;
  const { kind, host, port } = route;
  const named = username === undefined ? {} : { username };
  if (kind !== 'mtproxy' && !proxyFromParts({ kind, host, port: String(port), ...named }, 1).ok) return undefined;
  // Without a secret a MTProxy answers nobody, so it has to be typed again.
  const lost = sealed === undefined && kind === 'mtproxy' ? null : sealed;
  return { item: { ...route, ...named, ...(lost === undefined ? {} : { lost }) }, unknown };
}

const presetSchema = z.object({
  id: z.string().min(1).max(128),
  name: cleaned(40),
  routeIds: z.array(z.string().max(128)).max(maxRoutes),
});

function readPreset(raw: unknown): Item<Preset> | undefined {
  const parsed = presetSchema.safeParse(raw);
  if (!parsed.success) return undefined;
  return { item: parsed.data, unknown: without(raw as JsonObject, Object.keys(presetSchema.shape)) };
}

// The limits of `targetSchema`, but forgiving of fields that a later version has added.
const ownTargetSchema = z.object({ ...targetSchema.shape, name: cleaned(256), group: cleaned(64) });

function readTarget(raw: unknown): Item<Target> | undefined {
  const parsed = ownTargetSchema.safeParse(raw);
  if (!parsed.success) return undefined;
  const { host, url } = parsed.data;
  if (parseHost(host) !== host) return undefined;
  const place = url === undefined ? undefined : parseTargetUrl(url);
  // What is shown must be what is tested.
  if (place && ('code' in place || place.host !== host)) return undefined;
  return { item: parsed.data as Target, unknown: without(raw as JsonObject, Object.keys(ownTargetSchema.shape)) };
}

function cleaned(limit: number) {
  return z
    .string()
    .transform((text) => sanitizeText(text, limit))
    .pipe(z.string().min(1));
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
