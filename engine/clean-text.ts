/**
 * Characters that must never reach a report or a screen from a server: C0 and C1 controls (terminal escapes), line
 * separators, zero-width characters and tags, and the bidirectional controls that reorder what a person reads (CVE-2021-42574).
 */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** The text with every run of unsafe characters and white space as one space, trimmed. */
export function stripUnsafe(text: string): string {
  return text.replace(unsafe, ' ').replace(/\s+/gu, ' ').trim();
}

/**
 * Text from the network as one line of at most `limit` UTF-16 units, which is what the report's schema counts: unsafe
 * characters and runs of white space become one space, lone surrogates U+FFFD; a surrogate pair is never cut in two.
 */
export function cleanText(text: string, limit: number): string {
  // Bounded before any scan: a hostile value may be large, and each unit yields at most one.
  const head = text.slice(0, limit * 4);
  const clean = stripUnsafe(head);
  const cut = clean.length <= limit ? clean : clean.slice(0, limit);
  const last = cut.charCodeAt(cut.length - 1);
  const whole = last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut;
  return whole.toWellFormed().trimEnd();
}
