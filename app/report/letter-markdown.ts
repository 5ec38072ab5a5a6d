import type { Letter, LetterPart } from './letter-text.ts';

/** The letter as Markdown: what came from outside is only text in it, without links, images, HTML or mentions. */
export function writeLetterMarkdown({ subject, warning, parts, blanks }: Letter): string {
  const blocks = [
    ...(warning === undefined ? [] : [`**${escapeLine(warning)}**`]),
    `# ${escapeLine(subject)}`,
    ...parts.map(writePart),
  ];
  // As they are read in a mail that knows no Markdown.
  const text = `${blocks.join('\n\n')}\n`;
  return blanks.reduce(bareBrackets, text);
}

/** Not where a name from outside goes on as a link or a definition would. */
function bareBrackets(text: string, blank: string): string {
  const escaped = escapeLine(blank);
  const [first = '', ...others] = text.split(escaped);
  return others.reduce((sum, part) => `${sum}${/^[(:[\\]/.test(part) ? escaped : blank}${part}`, first);
}

function writePart(part: LetterPart): string {
  if (part.kind === 'heading') return `## ${escapeLine(part.text)}`;
  if (part.kind === 'text') return escapeLine(part.text);
  if (part.kind === 'list') return part.items.map((item) => `- ${escapeLine(item)}`).join('\n');
  if (part.kind === 'fields') {
    return part.rows.map(([label, value]) => `- **${escapeLine(label)}:** ${escapeLine(value)}`).join('\n');
  }
  return [part.head, part.head.map(() => undefined), ...part.rows]
    .map((cells) => `| ${cells.map((cell) => (cell === undefined ? '---' : escapeLine(cell))).join(' | ')} |`)
    .join('\n');
}

/** Texts come here as single lines; the marks that keep a name’s direction stay. */
function escapeLine(text: string): string {
  return (
    text
      .replace(/[\\`*_[\]<>#|~!&$]/g, '\\$&')
      // Mail programs and forges make links of bare addresses and mentions of names.
      .replace(/:\/\//g, ':&#47;&#47;')
      .replace(/@/g, '&#64;')
      .replace(/^([-=+])/, '\\$1')
      .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
  );
}
