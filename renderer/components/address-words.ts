/**
 * Whether a word is an address and nothing else. Only such words are looked up in the tables by themselves: for a name the
 * machine's resolver would be asked, and what a kept report holds in an address's place may be anything.
 */
export function isAddress(word: string): boolean {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(word);
  if (four) return four.slice(1).every((part) => Number(part) <= 255);
  // No name of a host holds a colon.
  return /^[0-9a-f:.]{2,45}$/i.test(word) && word.includes(':');
}

/** Whether a word is a range (CIDR) and nothing else. */
export function isRange(word: string): boolean {
  const [address = '', length = '', ...more] = word.split('/');
  return more.length === 0 && isAddress(address) && /^\d{1,3}$/.test(length) && Number(length) <= 128;
}
