/** What a look-up takes at once, and how long a word may be (model/contract.ts). */
const mostWords = 100;
const longestWord = 255;

export interface TypedWords {
  readonly words: readonly string[];
  /** How many were left out because they were too many or too long. */
  readonly leftOut: number;
}

/** Hosts, addresses and ranges as a person types or pastes them: apart by spaces, commas or lines, each once. */
export function readWords(text: string): TypedWords {
  const all = [...new Set(text.split(/[\s,;]+/u).filter((word) => word !== ''))].map(hostOfUrl);
  const words = [...new Set(all)].filter((word) => word !== '' && word.length <= longestWord).slice(0, mostWords);
  return { words, leftOut: new Set(all).size - words.length };
}

/** People paste addresses of pages; what is looked up is the host. */
function hostOfUrl(word: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(word) || !URL.canParse(word)) return word;
  return new URL(word).hostname.replace(/^\[(.*)\]$/, '$1');
}
