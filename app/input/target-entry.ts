import { z } from 'zod';
import type { Parsed, Problem, ProblemCode } from '../../model/problem.ts';
import { expectSchema, type Target } from '../../model/target.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { parseAddress } from './parse-host.ts';
import { checkHost, parseTargetUrl } from './parse-target-url.ts';

/** An entry of a target list as people write it (report.md, "A target"); `id`, `name` and `group` can be left out. */
const entrySchema = z
  .object({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,127}$/)
      .optional(),
    name: z.string().min(1).max(256).optional(),
    group: z.string().min(1).max(64).optional(),
    url: z.string().min(1).max(4096).optional(),
    host: z.string().min(1).max(255).optional(),
    // Ranges are checked by hand, for a message that says what is wrong with the port.
    port: z.number().optional(),
    protocol: z.enum(['http', 'https', 'tcp', 'tls', 'mtproto', 'websocket']).optional(),
    expect: expectSchema.optional(),
    addresses: z.array(z.string()).min(1).max(64).optional(),
    home: z
      .string()
      .regex(/^[a-z]{2}$/)
      .optional(),
    note: z.string().max(512).optional(),
    transfer: z.string().min(1).max(4096).optional(),
    upload: z.string().min(1).max(4096).optional(),
  })
  .strict();
type Entry = z.infer<typeof entrySchema>;

/** What is known of a target before it has a unique id. */
export type TargetDraft = Omit<Target, 'id'> & { readonly id?: string };

const expectations: Readonly<Record<string, string>> = {
  id: 'lower-case letters, digits, dots, dashes and underscores, at most 128',
  protocol: 'http, https, tcp, tls, mtproto or websocket',
  home: 'a country as two lower-case letters',
  status: 'a list of HTTP status codes',
  url: 'text of at most 4096 characters',
};

/** Checks one entry of a list; problems carry the field, the caller adds file and line. */
export function readTargetEntry(value: unknown, path: string): Parsed<TargetDraft> {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => issueProblems(issue, path)) };
  }
  const entry = parsed.data;
  const fail = (field: string, code: ProblemCode, params?: Problem['params']): Parsed<TargetDraft> => ({
    ok: false,
    problems: [{ field: joinPath(path, field), code, ...(params && { params }) }],
  });
  const addresses = entry.addresses?.map(parseAddress);
  const bad = addresses?.indexOf(undefined) ?? -1;
  if (bad !== -1) return fail(`addresses[${bad}]`, 'address-malformed', { address: entry.addresses?.[bad] ?? '' });
  const transfers: { transfer?: string; upload?: string } = {};
  for (const field of ['transfer', 'upload'] as const) {
    const written = entry[field];
    if (written === undefined) continue;
    const found = parseTargetUrl(written.trim());
    if ('code' in found) return fail(field, found.code, found.params);
    if (found.protocol !== 'http' && found.protocol !== 'https') {
      return fail(field, 'field-wrong-value', { expected: 'an http or https URL' });
    }
    transfers[field] = found.url;
  }
  const place = entry.url === undefined ? placeOfHost(entry) : placeOfUrl(entry, entry.url);
  if ('code' in place) return fail(place.field, place.code, place.params);
  const pinned = addresses?.filter((address) => address !== undefined);
  const draft = { ...describeTarget(entry, place), ...transfers };
  return finishTarget(draft, pinned, (code) => fail('host', code));
}

type Place = Pick<Target, 'protocol' | 'host' | 'port'> & { readonly url?: string; readonly shown: string };
type PlaceProblem = Pick<Problem, 'code' | 'params'> & { readonly field: string };

function placeOfUrl(entry: Entry, url: string): Place | PlaceProblem {
  const place = parseTargetUrl(url.trim());
  if ('code' in place) return { field: 'url', ...place };
  const contradicts = entry.protocol !== undefined && entry.protocol !== place.protocol;
  if (contradicts) return { field: 'protocol', code: 'field-wrong-value', params: { expected: place.protocol } };
  if (entry.host !== undefined && checkHost(entry.host) !== place.host) {
    return { field: 'host', code: 'field-wrong-value', params: { expected: place.host } };
  }
  if (entry.port !== undefined && entry.port !== place.port) {
    return { field: 'port', code: 'field-wrong-value', params: { expected: place.port } };
  }
  return place;
}

function placeOfHost(entry: Entry): Place | PlaceProblem {
  const { host: written, port, protocol } = entry;
  if (written === undefined) return { field: 'url', code: 'field-missing' };
  if (protocol === undefined) return { field: 'protocol', code: 'field-missing' };
  if (port === undefined) return { field: 'port', code: 'field-missing' };
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    return { field: 'port', code: 'port-impossible', params: { port } };
  }
  const host = checkHost(written);
  if (typeof host !== 'string') return { field: 'host', ...host };
  const shown = host.includes('xn--') ? `${written} (${host})` : host;
  if (protocol !== 'http' && protocol !== 'https' && protocol !== 'websocket') return { protocol, host, port, shown };
  const scheme = protocol === 'websocket' ? 'wss' : protocol;
  const place = parseTargetUrl(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/`);
  return 'code' in place ? { field: 'host', ...place } : { ...place, shown };
}

function describeTarget(entry: Entry, place: Place): TargetDraft {
  const { shown, ...where } = place;
  const path = place.url === undefined ? '' : new URL(place.url).pathname.replace(/^\/$/, '');
  return {
    ...(entry.id !== undefined && { id: entry.id }),
    name: sanitizeText(entry.name ?? `${shown}${path}`) || place.host,
    group: sanitizeText(entry.group ?? 'custom', 64) || 'custom',
    ...where,
    ...(entry.expect && { expect: entry.expect as Target['expect'] & object }),
    ...(entry.home !== undefined && { home: entry.home }),
    ...(entry.note !== undefined && { note: sanitizeText(entry.note, 512) }),
  };
}

/** A user's own MTProto endpoint says nothing of its data centre; 2 is what Telegram's apps try first. */
const assumedDataCentre = 2;

function finishTarget(
  draft: TargetDraft,
  pinned: readonly string[] | undefined,
  fail: (code: ProblemCode) => Parsed<TargetDraft>,
): Parsed<TargetDraft> {
  if (draft.protocol !== 'mtproto') {
    return { ok: true, value: pinned ? { ...draft, addresses: [...pinned] } : draft, notices: [] };
  }
  const literal = parseAddress(draft.host);
  const addresses = pinned ?? (literal === undefined ? [] : [literal]);
  if (addresses.length === 0) return fail('mtproto-needs-address');
  const endpoints = addresses.map((address) => ({ address, port: draft.port, dc: assumedDataCentre }));
  return { ok: true, value: { ...draft, endpoints }, notices: [] };
}

function issueProblems(issue: z.core.$ZodIssue, path: string): Problem[] {
  const at = issue.path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : joinPath(text, String(part))),
    path,
  );
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: joinPath(at, sanitizeText(key, 64)), code: 'field-unknown' }));
  }
  const last = issue.path.findLast((part) => typeof part === 'string') ?? '';
  const known = expectations[String(last)];
  if (issue.code === 'invalid_type') {
    return [{ ...(at && { field: at }), code: 'field-wrong-type', params: { expected: `of type ${issue.expected}` } }];
  }
  const expected = known ?? (issue.code === 'too_big' ? `at most ${issue.maximum} characters` : 'another value');
  return [{ ...(at && { field: at }), code: 'field-wrong-value', params: { expected } }];
}

function joinPath(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
