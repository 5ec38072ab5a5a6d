export type ListFormat = 'json' | 'csv' | 'lines';

/**
 * What a list file is, by what it begins with: JSON by its bracket, CSV by a header that names one of `columns`. A name
 * ending in .json or .csv decides where the content leaves it open, so that a broken file gets the fitting message.
 */
export function sniffFormat(text: string, fileName: string, columns: readonly string[]): ListFormat {
  // Neither `[2001:db8::1]:1080` nor the `[words](link)` of Markdown is JSON, whose lists begin with a value.
  const isJson = /^\s*(?:\{|\[\s*(?:["[{\]\d-]|true|false|null|$))/.test(text);
  if (isJson && !/^\s*\[[0-9a-f:.]+\]:\d/i.test(text)) return 'json';
  if (/\.json$/i.test(fileName)) return 'json';
  const first = /^\s*([^\r\n]*)/.exec(text)?.[1] ?? '';
  const cells = first.split(',').map((cell) => cell.trim().replace(/^"|"$/g, '').toLowerCase());
  if (/\.csv$/i.test(fileName) || cells.some((cell) => columns.includes(cell))) return 'csv';
  return 'lines';
}
