import english from './words/en.json' with { type: 'json' };

/**
 * The words for every key a report or a problem can hold, in English; `words/` has the other languages with the same keys.
 * The terminal, report files and the interface all say them, so they are kept here, once. `blocked` is only ever said by a
 * verdict; nothing here says who did it, only what it is consistent with.
 */
export const englishWords = english;
export type Words = typeof english;
