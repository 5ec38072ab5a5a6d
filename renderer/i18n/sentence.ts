/** The clauses of reports begin in lower case, so that they can stand after a colon; as sentences they begin otherwise. */
export function sentence(clause: string, language: string): string {
  const [first = '', ...rest] = [...clause];
  const begun = first.toLocaleUpperCase(language) + rest.join('');
  return /[.!?…。]$/u.test(begun) ? begun : `${begun}${language.startsWith('zh') ? '。' : '.'}`;
}

/** The same without a full stop, for headings. */
export function heading(clause: string, language: string): string {
  const [first = '', ...rest] = [...clause];
  return first.toLocaleUpperCase(language) + rest.join('');
}
