import { html, type Markup } from './html-markup.ts';
import { letterStyle } from './letter-style.ts';
import type { Letter, LetterPart } from './letter-text.ts';
import { writePageHead } from './page-head.ts';

/** The letter as one page that needs nothing else: no script, nothing loaded, opens from disk, prints on A4. */
export function writeLetterHtml({ language, direction, subject, warning, parts }: Letter): string {
  const page = html`<!doctype html>
<html lang="${language}" dir="${direction}">
${writePageHead({ title: subject, schemes: 'light', style: letterStyle })}
<body>
<main>
${warning === undefined ? html`` : html`<p class="warning"><strong>${warning}</strong></p>\n`}<h1>${subject}</h1>
${parts.map(writePart)}</main>
</body>
</html>
`;
  return page.markup;
}

function writePart(part: LetterPart): Markup {
  if (part.kind === 'heading') return html`<h2>${part.text}</h2>\n`;
  if (part.kind === 'text') return html`<p>${part.text}</p>\n`;
  if (part.kind === 'list') return html`<ul>\n${part.items.map((item) => html`<li>${item}</li>\n`)}</ul>\n`;
  if (part.kind === 'fields') {
    return html`<dl>\n${part.rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}</dl>\n`;
  }
  const rows = part.rows.map(([first = '', ...cells]) => {
    return html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`;
  });
  return html`<section class="scroll" tabindex="0" aria-label="${part.label}">
<table><thead><tr>${part.head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead><tbody>
${rows}</tbody></table></section>
`;
}
