/**
 * What must never reach a terminal, a document or a report from a server or an input file: C0 and C1 controls (escape
 * sequences start with one), line and paragraph separators, bidirectional overrides and isolates ("Trojan Source",
 * CVE-2021-42574), zero-width characters, and lone surrogates.
 */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** Escape sequences as a whole, so that `ESC [ 31 m` leaves no `[31m` behind: CSI, OSC/DCS/PM/APC with their end, two-byte. */
const escapeSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]{0,4096}(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;

/**
 * Text from outside as one safe line of at most `limit` UTF-16 units, which is what the report's schema counts: escape
 * sequences, control, override and invisible characters become single spaces, and a cut is shown by an ellipsis.
 */
export function sanitizeText(text: string, limit = 256): string {
  const clean = text.replace(escapeSequences, ' ').replace(unsafe, ' ').replace(/\s+/gu, ' ').trim();
  if (clean.length <= limit) return clean;
  const cut = clean.slice(0, limit - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
