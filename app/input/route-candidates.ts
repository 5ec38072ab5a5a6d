/** A piece of a line that is to be read as a route, or a link that is certainly none. */
export interface RouteCandidate {
  readonly text: string;
  /** Offset in the line. */
  readonly start: number;
  readonly kind: 'link' | 'address' | 'other-link';
}

/** Words end at white space and at characters nobody sees, which chats put around links. */
const words = /[^\s\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/gu;
/** What a link cannot hold and Markdown, HTML and quoting put behind one. */
const linkEnd = /["<>`|{}«»“”„]/u;
const closing = new Set([..."()[]'’.,;:!?…"]);
const emphasis = new Set([...'*_~']);
/** Longer ones are no scheme's name; it also bounds the way back. */
const maxScheme = 32;
/** Longer ones are no route (see parseRoute); in prose no word this long is an address either. */
const maxAddress = 1024;

const telegramHost = String.raw`(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)\/`;
const telegramProxyPath = new RegExp(`^://${telegramHost}(?:proxy|socks)\\/?\\?`, 'i');
const bareTelegram = new RegExp(`${telegramHost}(?:proxy|socks)\\/?\\?`, 'gi');

/**
 * Cuts a line into what may be routes, in order. Time grows with the length alone: every pattern is anchored, bounded, or
 * without choices to come back to.
 */
export function splitIntoCandidates(line: string): readonly RouteCandidate[] {
  return [...line.matchAll(words)].flatMap(({ 0: word, index }) => splitWord(word, index));
}

function splitWord(word: string, offset: number): readonly RouteCandidate[] {
  const starts = findLinkStarts(word);
  const before = word.slice(0, starts[0] ?? word.length);
  const links = starts.map((start, index): RouteCandidate => {
    const link = trimLink(word, start, starts[index + 1] ?? word.length);
    return { text: link, start: offset + start, kind: isOtherLink(link) ? 'other-link' : 'link' };
  });
  return [...findAddresses(before, offset), ...links];
}

/** Offsets at which links begin: at their scheme, or at the host of a link to Telegram that was written without one. */
function findLinkStarts(word: string): readonly number[] {
  const starts: number[] = [];
  for (let at = word.indexOf('://'); at !== -1; at = word.indexOf('://', at + 3)) {
    const start = schemeStart(word, at);
    if (start !== undefined) starts.push(start);
  }
  for (const { index } of word.matchAll(bareTelegram)) {
    if (!/[\w.\-/]/.test(word[index - 1] ?? ' ')) starts.push(index);
  }
  return starts.sort((a, b) => a - b);
}

function schemeStart(word: string, colon: number): number | undefined {
  let start = colon;
  while (start > 0 && colon - start < maxScheme && /[a-z0-9+.-]/i.test(word[start - 1] ?? '')) start -= 1;
  const run = word.slice(start, colon).toLowerCase();
  // Links that were pasted without anything between them: what comes before these two belongs to the one before.
  const rest = word.slice(colon, colon + 64);
  if (run.endsWith('tg') && /^:\/\/(proxy|socks)\?/i.test(rest)) return colon - 2;
  const web = telegramProxyPath.test(rest) ? /https?$/.exec(run)?.[0] : undefined;
  if (web !== undefined) return colon - web.length;
  const letter = run.search(/[a-z]/);
  return letter === -1 ? undefined : start + letter;
}

function trimLink(word: string, start: number, next: number): string {
  const whole = word.slice(start, next);
  const cut = linkEnd.exec(whole)?.index ?? whole.length;
  const opening = word[start - 1] ?? '';
  let end = cut;
  while (end > 0 && isClosing(whole[end - 1] ?? '', opening)) end -= 1;
  // As it stands in the source of a web page.
  return whole.slice(0, end).replaceAll('&amp;', '&');
}

/** Emphasis is taken off only where it was put on: a secret may well end in an underscore. */
function isClosing(character: string, opening: string): boolean {
  return closing.has(character) || (emphasis.has(character) && character === opening);
}

/** A page of the web or of Telegram: it names no port, or a path. Whoever gives a user name means a proxy. */
function isOtherLink(link: string): boolean {
  if (/^tg:\/\/(?!(?:proxy|socks)(?:[/?#]|$))/i.test(link)) return true;
  const web = /^https?:\/\/([^#]*)/i.exec(link)?.[1];
  if (web === undefined || telegramProxyPath.test(`://${web}`)) return false;
  const authority = /^[^/?]*/.exec(web)?.[0] ?? '';
  const isBare = web.length - authority.length <= 1 && !web.endsWith('?');
  return !authority.includes('@') && !(isBare && /:\d+$/.test(authority));
}

const place =
  /(?:^|[:@])(?:\[[0-9a-f:.]{2,45}\]|(?:\d{1,3}\.){3}\d{1,3}|(?:[\p{L}\p{N}_-]{1,63}\.){1,8}(?:\p{L}{2,63}|xn--[a-z0-9-]{1,59})|localhost):\d{1,6}(?=$|[:@])/iu;

/** Addresses with a port in a word, alone or as a list with commas; with credentials in any of their spellings. */
function findAddresses(word: string, offset: number): readonly RouteCandidate[] {
  const found: RouteCandidate[] = [];
  let at = 0;
  for (const part of word.split(/[,;|]/)) {
    const start = part.search(/[^([{<"'`«“„*_~>•–—-]|\[[0-9a-f:.]+\]:\d/iu);
    const text = start === -1 || part.length > maxAddress ? '' : trimAddress(part.slice(start));
    if (place.test(text)) found.push({ text, start: offset + at + start, kind: 'address' });
    at += part.length + 1;
  }
  return found;
}

function trimAddress(text: string): string {
  let end = text.length;
  while (end > 0 && /[)\]}>"'`»”’*_~.,;:!?…]/u.test(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}
