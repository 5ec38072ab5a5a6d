/**
 * What Electron's structured clone carries, as JSON, because the DevTools protocol carries nothing else. What this cannot
 * carry it refuses aloud, as a clone refuses a function; it never changes a value in silence.
 *
 * Runs in Node and, by its own source, in the page: so it is one function that needs nothing around it.
 */
export function createCodec() {
  const refuse = (): never => {
    throw new TypeError('An object could not be cloned.');
  };
  const pack = (value: unknown): unknown => {
    if (value === undefined) return { $: 'undefined' };
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : { $: 'number', text: String(value) };
    if (typeof value !== 'object') return refuse();
    if (Array.isArray(value)) return value.map(pack);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return refuse();
    return { $: 'object', entries: Object.entries(value).map(([key, each]) => [key, pack(each)]) };
  };
  const unpack = (packed: unknown): unknown => {
    if (packed === null || typeof packed !== 'object') return packed;
    if (Array.isArray(packed)) return packed.map(unpack);
    const { $, text, entries } = packed as { $: string; text: string; entries: [string, unknown][] };
    if ($ === 'undefined') return undefined;
    if ($ === 'number') return Number(text);
    return Object.fromEntries(entries.map(([key, each]) => [key, unpack(each)]));
  };
  return {
    write: (value: unknown): string => JSON.stringify(pack(value)),
    read: (text: string): unknown => unpack(JSON.parse(text)),
  };
}

export type Codec = ReturnType<typeof createCodec>;
