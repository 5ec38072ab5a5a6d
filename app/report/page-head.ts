import { html, type Markup, raw } from './html-markup.ts';

/** Nothing runs and nothing is loaded, whatever a hostile name tries; forms and a base address are not needed either. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** What stands in the head of every page we write: it needs nothing but itself. @param schemes CSS `color-scheme` */
export function writePageHead({
  title,
  schemes,
  style,
}: {
  readonly title: string;
  readonly schemes: 'light' | 'light dark';
  readonly style: string;
}): Markup {
  return html`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="${schemes}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>`;
}
