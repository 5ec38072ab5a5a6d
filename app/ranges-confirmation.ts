import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { etagForm, lastModifiedForm, type Validators } from './fetch-over-route.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** Amazon's own. */
export const amazonRangesUrl = 'https://ip-ranges.amazonaws.com/ip-ranges.json';

/** That a server said of one list, at one time: this is the newest there is. */
export interface Confirmation {
  /** ISO 8601, by this machine's clock. */
  readonly checkedAt: string;
  readonly validators: Validators;
}

/** Worth something only with the list and the address it belongs to, of which a hash says enough. */
const keptSchema = z.object({
  address: z.string(),
  syncToken: z.number(),
  checkedAt: z.iso.datetime(),
  etag: z.string().regex(etagForm).optional(),
  lastModified: z.string().regex(lastModifiedForm).optional(),
});

const hashOf = (url: string) => createHash('sha256').update(url).digest('hex');

/** Where the confirmation of the list in `cacheFile` is kept. */
export function confirmationFileOf(cacheFile: string): string {
  return `${cacheFile}.checked`;
}

/** What is kept of the list `syncToken` from `url`; undefined where that is nothing, or of another list or address. */
export async function readConfirmation(
  file: string,
  url: string,
  syncToken: number | undefined,
): Promise<Confirmation | undefined> {
  try {
    const kept = keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    if (kept.address !== hashOf(url) || kept.syncToken !== syncToken) return undefined;
    const { checkedAt, etag, lastModified } = kept;
    const validators = { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) };
    return { checkedAt, validators };
  } catch {
    // Without it the whole list is asked for, which costs a download and nothing else.
    return undefined;
  }
}

/** After the list itself: whoever is killed in between, or cannot write this, asks for the whole list next time. */
export async function keepConfirmation(
  file: string,
  url: string,
  syncToken: number,
  { checkedAt, validators }: Confirmation,
): Promise<void> {
  const kept = JSON.stringify({ address: hashOf(url), syncToken, checkedAt, ...validators });
  await writeFileAtomically(file, kept).catch(() => {});
}

/** When Amazon last said that this list is the newest; null where it never did. */
export async function readCheckedAt(cacheFile: string, syncToken: number | undefined): Promise<string | null> {
  const kept = await readConfirmation(confirmationFileOf(cacheFile), amazonRangesUrl, syncToken);
  return kept?.checkedAt ?? null;
}
