import type { Parsed, Problem } from '../../model/problem.ts';
import type { Target } from '../../model/target.ts';
import { type CsvRow, readCsv } from './read-csv.ts';
import { readJsonList } from './read-json-list.ts';
import { sniffFormat } from './sniff-format.ts';
import { readTargetEntry, type TargetDraft } from './target-entry.ts';

/** More than any list people test by hand (citizenlab's global list has 1,500), few enough to finish. */
export const maxTargets = 10_000;

interface Options {
  /** Baselines prove something only by their exact reply. */
  readonly requireExpect?: boolean;
}

interface Drafted {
  readonly line: number;
  readonly draft: Parsed<TargetDraft>;
}

/**
 * Targets from a file: a JSON list, a CSV with a header (`url` or `host`, and the columns of services.csv or of
 * citizenlab's test lists), or one URL a line with `#` comments. Ids that are not given are made from the host.
 */
export function parseTargets(text: string, file: string, options: Options = {}): Parsed<readonly Target[]> {
  const body = text.replace(/^\ufeff/, '');
  const format = sniffFormat(body, file, ['url', 'host', 'category_code']);
  const read = format === 'json' ? readJson : format === 'csv' ? readRows : readLines;
  const drafted = read(body);
  const result = drafted.ok ? gather(drafted.value, options) : drafted;
  return result.ok
    ? { ...result, notices: result.notices.map((notice) => ({ file, ...notice })) }
    : { ok: false, problems: result.problems.map((problem) => ({ file, ...problem })) };
}

function gather(drafted: readonly Drafted[], options: Options): Parsed<readonly Target[]> {
  if (drafted.length === 0) return { ok: false, problems: [{ code: 'file-empty' }] };
  if (drafted.length > maxTargets) return tooMany(drafted.length);
  const problems = drafted.flatMap(({ line, draft }) => entryProblems(draft, options, line));
  const notices: Problem[] = [];
  const kept: TargetDraft[] = [];
  const lineOfPlace = new Map<string, number>();
  const lineOfId = new Map<string, number>();
  for (const { line, draft } of drafted) {
    if (!draft.ok) continue;
    const { id, url, host } = draft.value;
    const place = placeKey(draft.value);
    const [placeBefore, idBefore] = [lineOfPlace.get(place), lineOfId.get(id ?? '')];
    if (id !== undefined && idBefore !== undefined) {
      problems.push({ line, field: 'id', code: 'id-duplicate', params: { id, before: idBefore } });
    } else if (id === undefined && placeBefore !== undefined) {
      // Two ids for one address are two targets on purpose: their expectations may differ. Without ids it is a slip.
      notices.push({
        line,
        code: 'target-duplicate',
        params: { url: url ?? host, before: placeBefore },
      });
    } else {
      if (id !== undefined) lineOfId.set(id, line);
      lineOfPlace.set(place, line);
      kept.push(draft.value);
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: nameTargets(kept), notices };
}

function entryProblems(draft: Parsed<TargetDraft>, options: Options, line: number): Problem[] {
  if (!draft.ok) return draft.problems.map((problem) => ({ line, ...problem }));
  const lacksExpect = options.requireExpect === true && draft.value.expect === undefined;
  return lacksExpect ? [{ line, field: 'expect', code: 'expect-missing' }] : [];
}

function tooMany(count: number): Parsed<never> {
  return { ok: false, problems: [{ code: 'too-many', params: { count, limit: maxTargets } }] };
}

function placeKey(draft: TargetDraft): string {
  return JSON.stringify([draft.protocol, draft.url ?? draft.host, draft.port, draft.addresses]);
}

/** Gives an id to each target that has none, never one that another target was given by hand. */
function nameTargets(drafts: readonly TargetDraft[]): Target[] {
  const taken = new Set(drafts.flatMap(({ id }) => (id === undefined ? [] : [id])));
  const used = new Map<string, number>();
  return drafts.map((draft) => {
    if (draft.id !== undefined) return { ...draft, id: draft.id };
    const base = deriveId(draft);
    // Thousands of pages of one site share a base: counting on, not from 2 each time, keeps this linear.
    let number = used.get(base) ?? 0;
    let id: string;
    do {
      number += 1;
      id = number === 1 ? base : `${base}-${number}`;
    } while (taken.has(id));
    used.set(base, number);
    taken.add(id);
    return { ...draft, id };
  });
}

function deriveId({ host, url, protocol, port }: TargetDraft): string {
  const path = url === undefined ? `-${protocol}-${port}` : new URL(url).pathname;
  const id = `${host.replace(/^www\./, '')}${path}`
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  // Room for a number that makes it unique.
  return id.slice(0, 120) || 'target';
}

function readLines(text: string): Parsed<readonly Drafted[]> {
  const drafted: Drafted[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const url = raw.trim();
    if (url === '' || url.startsWith('#')) continue;
    const draft = readTargetEntry({ url }, '');
    drafted.push({ line: index + 1, draft: draft.ok ? draft : { ok: false, problems: draft.problems.map(dropField) } });
    // Enough to know that the list is too long: a huge file need not be read to its end.
    if (drafted.length > maxTargets) break;
  }
  return { ok: true, value: drafted, notices: [] };
}

/** A line holds nothing but its URL, so the field would only puzzle. */
function dropField({ field: _field, ...problem }: Problem): Problem {
  return problem;
}

function readJson(text: string): Parsed<readonly Drafted[]> {
  const list = readJsonList(text, 'targets');
  if (!list.ok) return list;
  if (list.value.length > maxTargets) return tooMany(list.value.length);
  const drafted = list.value.map(({ line, value }, index) => ({
    line,
    draft: readTargetEntry(typeof value === 'string' ? { url: value } : value, `[${index}]`),
  }));
  return { ok: true, value: drafted, notices: [] };
}

function readRows(text: string): Parsed<readonly Drafted[]> {
  const table = readCsv(text);
  if (!table.ok) return table;
  const { columns, rows } = table.value;
  if (!columns.includes('url') && !columns.includes('host')) {
    return { ok: false, problems: [{ line: 1, code: 'csv-no-column', params: { column: 'url' } }] };
  }
  if (rows.length > maxTargets) return tooMany(rows.length);
  const drafted = rows.map((row) => ({ line: row.line, draft: readTargetEntry(rowEntry(row), '') }));
  return { ok: true, value: drafted, notices: [] };
}

/** Columns other than these (dates, sources) are for the list's keepers and are passed over. */
function rowEntry({ cells }: CsvRow): Record<string, unknown> {
  const cell = (name: string) => cells.get(name) || undefined;
  const note = cell('note') ?? cell('notes');
  const expect = readExpect(cell('expect_status'), cell('expect_body')) ?? expectOfNote(note);
  const port = cell('port');
  const entry = {
    id: cell('id'),
    name: cell('name'),
    group: cell('group') ?? cell('category_description') ?? cell('category_code'),
    url: cell('url'),
    host: cell('host'),
    port: port === undefined ? undefined : /^\d+$/.test(port) ? Number(port) : port,
    protocol: cell('protocol')?.toLowerCase(),
    addresses: cell('addresses')?.split(/[\s;]+/),
    home: cell('home'),
    expect,
    note: note?.slice(0, 512),
    transfer: cell('transfer'),
    upload: cell('upload'),
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

function readExpect(status: string | undefined, body: string | undefined): Record<string, unknown> | undefined {
  if (status === undefined && body === undefined) return undefined;
  return {
    ...(status !== undefined && { status: status.split(/[\s;]+/).map(Number) }),
    ...(body !== undefined && { bodyIncludes: body }),
  };
}

/** services.csv has no column for the expected reply: its notes say `status 204`, `body contains X` or `body is X`. */
function expectOfNote(note: string | undefined): Record<string, unknown> | undefined {
  const status = /^status (\d{3})$/.exec(note ?? '')?.[1];
  if (status !== undefined) return { status: [Number(status)] };
  const body = /^body (?:contains|is) (.+)$/.exec(note ?? '')?.[1];
  return body === undefined ? undefined : { bodyIncludes: body };
}
