import { z } from 'zod';
import { type PrefixProblem, readPrefix } from './address-text.ts';
import { type AddressColumns, createColumns } from './interval-search.ts';

/** Largest ip-ranges.json accepted, in bytes of text; Amazon's was 2.6 MB in August 2026. */
export const maxIpRangesBytes = 32 * 1024 * 1024;

/** Distinct regions, and distinct services, a file may name; Amazon's named 43 and 28 in August 2026. */
const maxNames = 1024;

/** One family's rows, a column each; `region` and `service` index the name lists of {@link IpRanges}. */
export interface RangeColumns {
  /** First address of each prefix. */
  readonly start: AddressColumns;
  readonly length: Uint8Array;
  readonly region: Uint16Array;
  readonly service: Uint16Array;
}

/** Amazon's ip-ranges.json after validation, held in columns: it has some 17,000 rows. */
export interface IpRanges {
  /** Publication time in Unix seconds. */
  readonly syncToken: number;
  /** Publication time, ISO 8601 UTC. */
  readonly createdAt: string;
  /** Rows of both families. */
  readonly rows: number;
  readonly regions: readonly string[];
  readonly services: readonly string[];
  readonly v4: RangeColumns;
  readonly v6: RangeColumns;
}

export type IpRangesProblemCode =
  | 'too-large'
  | 'truncated-json'
  | 'not-json'
  | 'wrong-shape'
  | 'not-aws-file'
  | 'no-rows'
  | 'too-many-names'
  | PrefixProblem;

/** What is wrong with a file; `row` counts from 0 in the list that `field` names, as in `prefixes.ip_prefix`. */
export interface IpRangesProblem {
  readonly code: IpRangesProblemCode;
  readonly row?: number;
  readonly field?: string;
}

export type ParsedIpRanges =
  | { readonly ok: true; readonly ranges: IpRanges }
  | { readonly ok: false; readonly problem: IpRangesProblem };

// Only the head goes through zod: 16,826 rows cost it 7 to 12 ms in a fresh process, of the 60 that parse and index may
// take together, and it would still leave the prefixes to be read.
const headSchema = z.object({
  syncToken: z.string().regex(/^[0-9]{1,12}$/),
  createDate: z.string().regex(/^[0-9]{4}(-[0-9]{2}){5}$/),
  prefixes: z.custom<readonly unknown[]>(Array.isArray),
  ipv6_prefixes: z.custom<readonly unknown[]>(Array.isArray),
});
type Head = z.infer<typeof headSchema>;

/** `2026-08-22-21-17-05` as ISO 8601, or null where no such moment exists. */
function toIsoDate(createDate: string): string | null {
  const [year, month, day, hour, minute, second] = createDate.split('-');
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = Date.parse(iso);
  // Date.parse accepts 31 February and 24:00 and moves them on; the round trip does not.
  return !Number.isNaN(time) && new Date(time).toISOString() === iso ? iso : null;
}

/** Whether JSON text ends before its outermost value does: a download that was cut, unlike a page that never was JSON. */
function isCutShort(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return depth > 0 || inString;
}

interface NameList {
  readonly names: string[];
  readonly ids: Map<string, number>;
}

const createNameList = (): NameList => ({ names: [], ids: new Map() });

/** The number of a name, given on first sight; a problem when it is no name, or one too many. */
function internName(list: NameList, value: unknown): number | 'wrong-shape' | 'unknown-characters' | 'too-many-names' {
  if (typeof value !== 'string') return 'wrong-shape';
  const known = list.ids.get(value);
  if (known !== undefined) return known;
  // Names go to terminals and pages, so nothing but what Amazon uses gets in.
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(value)) return 'unknown-characters';
  if (list.names.length === maxNames) return 'too-many-names';
  list.ids.set(value, list.names.length);
  return list.names.push(value) - 1;
}

interface Names {
  readonly regions: NameList;
  readonly services: NameList;
}

type List = 'prefixes' | 'ipv6_prefixes';

const words = new Uint32Array(4);

/** Rows read in one go: about a millisecond of work in a process that has just begun. */
const sliceRows = 1024;

function* readRows(
  list: List,
  rows: readonly unknown[],
  names: Names,
): Generator<undefined, RangeColumns | IpRangesProblem> {
  const family = list === 'prefixes' ? 4 : 6;
  const field = list === 'prefixes' ? 'ip_prefix' : 'ipv6_prefix';
  const start = createColumns(family, rows.length);
  const lengths = new Uint8Array(rows.length);
  const regions = new Uint16Array(rows.length);
  const services = new Uint16Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    if (row % sliceRows === 0) yield;
    const value = rows[row];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { code: 'wrong-shape', row, field: list };
    }
    const fields = value as Record<string, unknown>;
    const prefix = fields[field];
    if (typeof prefix !== 'string') return { code: 'wrong-shape', row, field: `${list}.${field}` };
    const length = readPrefix(prefix, family, words);
    if (typeof length === 'string') return { code: length, row, field: `${list}.${field}` };
    const region = internName(names.regions, fields.region);
    if (typeof region === 'string') return { code: region, row, field: `${list}.region` };
    const service = internName(names.services, fields.service);
    if (typeof service === 'string') return { code: service, row, field: `${list}.service` };
    for (let word = 0; word < start.length; word++) (start[word] as Uint32Array)[row] = words[word] ?? 0;
    lengths[row] = length;
    regions[row] = region;
    services[row] = service;
  }
  return { start, length: lengths, region: regions, service: services };
}

function readHead(value: unknown): { head: Head; createdAt: string } | IpRangesProblem {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { code: 'wrong-shape' };
  for (const field of ['syncToken', 'createDate', 'prefixes', 'ipv6_prefixes']) {
    if (!Object.hasOwn(value, field)) return { code: 'not-aws-file', field };
  }
  const head = headSchema.safeParse(value);
  if (!head.success) return { code: 'wrong-shape', field: head.error.issues[0]?.path.join('.') ?? '' };
  const createdAt = toIsoDate(head.data.createDate);
  if (createdAt === null) return { code: 'wrong-shape', field: 'createDate' };
  return { head: head.data, createdAt };
}

function* readRanges({ head, createdAt }: { head: Head; createdAt: string }): Generator<undefined, ParsedIpRanges> {
  const names: Names = { regions: createNameList(), services: createNameList() };
  const v4 = yield* readRows('prefixes', head.prefixes, names);
  if ('code' in v4) return { ok: false, problem: v4 };
  const v6 = yield* readRows('ipv6_prefixes', head.ipv6_prefixes, names);
  if ('code' in v6) return { ok: false, problem: v6 };
  const rows = v4.length.length + v6.length.length;
  if (rows === 0) return { ok: false, problem: { code: 'no-rows' } };
  const regions = names.regions.names;
  const services = names.services.names;
  return {
    ok: true,
    ranges: { syncToken: Number(head.syncToken), createdAt, rows, regions, services, v4, v6 },
  };
}

/**
 * Reads and validates Amazon's ip-ranges.json (docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html, "Syntax").
 * All or nothing: one bad row refuses the file, and the problem names it. Keys Amazon may add are ignored. Rests between
 * slices of work, so that whoever drives it can do something else then.
 */
export function* parseInSlices(text: string): Generator<undefined, ParsedIpRanges> {
  if (text.length > maxIpRangesBytes) return { ok: false, problem: { code: 'too-large' } };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const cut = text.trim() === '' || (/^\s*[{[]/.test(text) && isCutShort(text));
    return { ok: false, problem: { code: cut ? 'truncated-json' : 'not-json' } };
  }
  const head = readHead(value);
  return 'code' in head ? { ok: false, problem: head } : yield* readRanges(head);
}

/** {@link parseInSlices} in one go. */
export function parseIpRanges(text: string): ParsedIpRanges {
  const slices = parseInSlices(text);
  let step = slices.next();
  while (!step.done) step = slices.next();
  return step.value;
}

/** Whether `candidate` was published before `current` (the order Amazon documents for `syncToken`). */
export function isOlder(candidate: Pick<IpRanges, 'syncToken'>, current: Pick<IpRanges, 'syncToken'>): boolean {
  return candidate.syncToken < current.syncToken;
}
