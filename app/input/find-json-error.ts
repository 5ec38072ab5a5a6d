const space = /[\t\n\r ]*/y;
const token =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 section 7 forbids them in strings
  /[[\]{},:]|"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** What may come next (RFC 8259). */
type Place = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/**
 * Where a text stops being JSON (RFC 8259): the offset of the first token that cannot stand there, or the text's length
 * when it ends too early; undefined for valid JSON. JSON.parse tells the place only sometimes, in words meant for people
 * that also repeat pieces of the text.
 */
export function findJsonError(text: string): number | undefined {
  const open: string[] = [];
  let place: Place = 'value';
  let at = 0;
  for (;;) {
    at = matchAt(space, text, at)?.end ?? at;
    if (at === text.length) return place === 'nothing' ? undefined : at;
    const found = matchAt(token, text, at);
    const next: Place | undefined = found && step(found.text, place, open);
    if (!found || next === undefined) return at;
    place = next;
    at = found.end;
  }
}

function matchAt(pattern: RegExp, text: string, at: number) {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match ? { text: match[0], end: at + match[0].length } : undefined;
}

/** The place after a token, or undefined when the token cannot stand there. `open` holds the brackets still open. */
function step(found: string, place: Place, open: string[]): Place | undefined {
  if (found === ']' || found === '}') return closes(found, place, open) ? afterValue(open) : undefined;
  switch (place) {
    case 'comma-or-end':
      if (found !== ',') return undefined;
      return open.at(-1) === '{' ? 'key' : 'value';
    case 'colon':
      return found === ':' ? 'value' : undefined;
    case 'key':
    case 'key-or-end':
      return found.startsWith('"') ? 'colon' : undefined;
    case 'value':
    case 'value-or-end':
      return opensOrIs(found, open);
    case 'nothing':
      return undefined;
  }
}

function afterValue(open: readonly string[]): Place {
  return open.length === 0 ? 'nothing' : 'comma-or-end';
}

/** Takes the bracket off `open` when this token ends it. */
function closes(found: ']' | '}', place: Place, open: string[]): boolean {
  const [bracket, empty] = found === ']' ? ['[', 'value-or-end'] : ['{', 'key-or-end'];
  if (open.at(-1) !== bracket || (place !== 'comma-or-end' && place !== empty)) return false;
  open.pop();
  return true;
}

function opensOrIs(found: string, open: string[]): Place | undefined {
  if (found === ',' || found === ':') return undefined;
  if (found !== '[' && found !== '{') return afterValue(open);
  open.push(found);
  return found === '[' ? 'value-or-end' : 'key-or-end';
}
