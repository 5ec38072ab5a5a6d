import { stripUnsafe } from '../engine/clean-text.ts';

/** Escape sequences as a whole, so that `ESC [ 31 m` leaves no `[31m` behind: CSI, OSC/DCS/PM/APC with their end, two-byte. */
const escapeSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]{0,4096}(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;

const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/**
 * Text from a server or an input file as one line of at most `limit` UTF-16 units, which is what the report's schema counts,
 * safe for a terminal and a document: escape sequences, control, override and invisible characters become single
 * spaces, and a cut is shown by an ellipsis.
 */
export function sanitizeText(text: string, limit = 256): string {
  const clean = stripUnsafe(text.replace(escapeSequences, ' ').replace(loneSurrogates, ' '));
  if (clean.length <= limit) return clean;
  const cut = clean.slice(0, limit - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
