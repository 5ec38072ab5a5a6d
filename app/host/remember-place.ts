import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../write-file-atomically.ts';

/** Within the data folder. */
const fileName = 'last-network.json';

const placeSchema = z.object({ runId: z.string(), salt: z.string(), network: z.string() });

export interface Places {
  /** A check was made in this network. Where that cannot be written, the next start does not know it. */
  keep(runId: string, signature: string): Promise<void>;
  /** Whether the last check was this one, in this very network. */
  isWhere(runId: string, signature: string): Promise<boolean>;
}

/**
 * Remembers, for the next start of the app, in which network the last check was made: what differs in another one has not
 * changed. Of the network a salted digest is kept, which tells whether it is the same and not which it is.
 */
export function rememberPlace(dataFolder: string): Places {
  const file = join(dataFolder, fileName);
  return {
    keep: async (runId, signature) => {
      const salt = randomBytes(16).toString('hex');
      const text = JSON.stringify({ runId, salt, network: digest(salt, signature) });
      await writeFileAtomically(file, text).catch(() => {});
    },
    isWhere: async (runId, signature) => {
      const text = await readFile(file, 'utf8').catch(() => '{}');
      const place = placeSchema.safeParse(parse(text)).data;
      return place?.runId === runId && signature !== '' && place.network === digest(place.salt, signature);
    },
  };
}

function digest(salt: string, signature: string): string {
  return createHmac('sha256', salt).update(signature).digest('hex');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
