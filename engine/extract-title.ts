import { cleanText } from './clean-text.ts';

/** A title further down than this is no page's title, and looking for one costs time a hostile body can multiply. */
const searched = 65_536;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/**
 * The text of the first `title` element of an HTML page, safe to show, at most 200 UTF-16 units; undefined when there is
 * none or it is empty. Finds it by plain search, in time linear in the text.
 */
export function extractTitle(html: string): string | undefined {
  const head = html.slice(0, searched);
  const lower = head.toLowerCase();
  // toLowerCase can lengthen text (U+0130), and the offsets below would then point elsewhere.
  const source = lower.length === head.length ? head : lower;
  for (let at = lower.indexOf('<title'); at !== -1; at = lower.indexOf('<title', at + 6)) {
    if (!/[\s>/]/.test(lower.charAt(at + 6))) continue;
    const start = lower.indexOf('>', at);
    if (start === -1) return undefined;
    const end = lower.indexOf('</title', start);
    const raw = source.slice(start + 1, Math.min(end === -1 ? source.length : end, start + 2000));
    return cleanText(decodeEntities(raw), 200) || undefined;
  }
  return undefined;
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[(name as string).toLowerCase()] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
