import { sanitizeText } from '../sanitize-text.ts';

/** HTML that is already right. Nothing but {@link html} and {@link raw} makes it, so text cannot be taken for it. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | Markup | readonly Markup[];

/** Longest text of one value, in UTF-16 units: a server may send a long name and shall not fill the page with it. */
const limit = 512;

/** A template whose values are text unless they are markup: text is escaped, for an element or a quoted attribute. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return { markup: parts.reduce((sum, part, index) => sum + toMarkup(values[index - 1] ?? '') + part) };
}

/** For text of our own only: a style sheet. */
export function raw(markup: string): Markup {
  return { markup };
}

function toMarkup(value: Value): string {
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}

/** Text from outside for an element that holds nothing else and takes its direction from it (`unicode-bidi: plaintext`). */
export function foreignText(text: string): string {
  return sanitizeText(text, limit) || '—';
}

/** Text from outside as an element of its own, whose direction is its own too. */
export function foreign(text: string): Markup {
  return html`<bdi>${foreignText(text)}</bdi>`;
}
