import type { Letter, LetterPart } from './letter-text.ts';

/** The letter as Markdown: what came from outside is only text in it, without links, images, HTML or mentions. */
export function writeLetterMarkdown({ subject, warning, parts }: Letter): string {
  const blocks = [
    ...(warning === undefined ? [] : [`**${escapeLine(warning)}**`]),
    `# ${escapeLine(subject)}`,
    ...parts.map(writePart),
  ];
  return `${blocks.join('\n\n')}\n`;
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

/** Texts come here as single lines; the marks that keep a name’s direction stay. Square brackets are the writer’s blanks. */
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
