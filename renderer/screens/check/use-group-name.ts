import { useWords } from '../../i18n/use-words.ts';

const known = ['telegram', 'messengers', 'social', 'video', 'news', 'work', 'stores', 'russia', 'custom'] as const;

/** What a group is called: our own in the language shown, those of a person's own list as they are. */
export function useGroupName(): (group: string) => string {
  const { word } = useWords();
  return (group) => {
    const own = known.find((name) => name === group);
    return own === undefined ? group : word('groups', own);
  };
}
