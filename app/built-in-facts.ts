import blockPages from '../data/block-pages.json' with { type: 'json' };
import telegram from '../data/telegram.json' with { type: 'json' };
import { type BlockPageMarks, blockPageMarksSchema } from '../engine/block-pages.ts';
import type { Target } from '../model/target.ts';
import { telegramDataSchema } from '../model/telegram.ts';
import { telegramTargets } from './telegram-targets.ts';

/** The marks of known block pages. Throws when the data file does not fit its schema: then the build is broken. */
export function builtInMarks(): BlockPageMarks {
  return blockPageMarksSchema.parse({ marks: blockPages.marks, never: blockPages.never });
}

/** Telegram's data centres as targets. Throws when the data file does not fit its schema. */
export function builtInTelegramTargets(): Target[] {
  return telegramTargets(telegramDataSchema.parse(telegram));
}
