import { z } from 'zod';
import { extractTitle } from './extract-title.ts';
import { siteOf } from './site-of.ts';

/** One fact about how a network says no. Patterns are plain text, never expressions: a data file must not be able to hang a run. */
export const blockPageMarkSchema = z
  .object({
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    /** ISO 3166 alpha-2, lower case. */
    country: z.string().regex(/^[a-z]{2}$/),
    /**
     * `redirect` the start of the URL redirected to, a host prefix where it ends in a dot; `body` text of the page;
     * `address` the address of a stub that stands in for blocked names.
     */
    kind: z.enum(['redirect', 'body', 'address']),
    pattern: z.string().min(4).max(256),
    /** When it was last known to be in use, YYYY-MM or YYYY-MM-DD. */
    seen: z.string().regex(/^\d{4}-\d{2}(-\d{2})?$/),
    source: z.string().min(1).max(256),
  })
  .strict();
export type BlockPageMark = z.infer<typeof blockPageMarkSchema>;

/** A page that looks like a refusal and is one of the service's own or of its CDN: never a block page. */
export const neverMarkSchema = z
  .object({
    id: z.string(),
    kind: z.literal('title'),
    pattern: z.string().min(4).max(256),
    source: z.string().max(256),
  })
  .strict();

/** The form of `data/block-pages.json`. */
export const blockPageMarksSchema = z
  .object({ marks: z.array(blockPageMarkSchema).max(1000), never: z.array(neverMarkSchema).max(100) })
  .strict();
export type BlockPageMarks = z.infer<typeof blockPageMarksSchema>;

export interface Page {
  /** The address asked. */
  readonly url: string;
  readonly status: number;
  /** Where it redirects to, absolute. */
  readonly location?: string | undefined;
  readonly body: string;
  /** The address that served it, where it is known. */
  readonly hostAddress?: string | undefined;
  /** True when redirects have led from the site first asked for to another. */
  readonly foreign?: boolean | undefined;
}

/**
 * The id of the first mark the page bears. A redirect counts only to another site. Text counts only where somebody else can
 * have written it: over plain HTTP or on a foreign site, since a page behind a verified certificate is the service's own,
 * and news about blocking quotes these very words.
 */
export function matchBlockPage(page: Page, { marks, never }: BlockPageMarks): string | undefined {
  const stub = page.hostAddress === undefined ? undefined : isStubAddress(page.hostAddress, { marks, never });
  if (stub !== undefined) return stub;
  const redirect = matchRedirect(page, marks);
  if (redirect !== undefined) return redirect;

  const url = page.url.toLowerCase();
  if (!url.startsWith('http:') && page.foreign !== true) return undefined;
  const title = extractTitle(page.body)?.toLowerCase() ?? '';
  if (never.some((mark) => title.includes(mark.pattern.toLowerCase()))) return undefined;
  const body = page.body.toLowerCase();
  return marks.find((mark) => {
    const pattern = mark.pattern.toLowerCase();
    return mark.kind === 'body' && body.includes(pattern) && !url.includes(pattern);
  })?.id;
}

/** The id of the mark for an address that stands in for blocked names; `address` in canonical form. */
export function isStubAddress(address: string, { marks }: BlockPageMarks): string | undefined {
  const wanted = address.toLowerCase();
  return marks.find((mark) => mark.kind === 'address' && mark.pattern.toLowerCase() === wanted)?.id;
}

function matchRedirect(page: Page, marks: readonly BlockPageMark[]): string | undefined {
  if (page.location === undefined || page.status < 300 || page.status > 399) return undefined;
  const from = hostOf(page.url);
  const to = hostOf(page.location);
  if (from === undefined || to === undefined || siteOf(from) === siteOf(to)) return undefined;
  const target = withoutScheme(page.location);
  return marks.find((mark) => mark.kind === 'redirect' && startsAtBoundary(target, withoutScheme(mark.pattern)))?.id;
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

/** A block page moves to https without being another one. */
function withoutScheme(url: string): string {
  return url.toLowerCase().replace(/^https?:\/\//, '');
}

/** `block.rt.ru` is the start of `block.rt.ru/?id=1` and not of `block.rt.ru.example.com`. */
function startsAtBoundary(text: string, prefix: string): boolean {
  if (!text.startsWith(prefix)) return false;
  return prefix.endsWith('.') || text.length === prefix.length || '/?#:'.includes(text.charAt(prefix.length));
}
