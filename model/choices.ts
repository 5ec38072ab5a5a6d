/** What a person can choose from, apart from the schemas: an interface lists these without carrying a validator. */
export const languages = ['en', 'ru', 'fa', 'zh-Hans'] as const;
export type Language = (typeof languages)[number];

export const themes = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof themes)[number];

/** Whom a letter about a host is for: who runs it, or who provides the connection. */
export const letterAudiences = ['owner', 'isp'] as const;
export type LetterAudience = (typeof letterAudiences)[number];

export const profiles = ['quick', 'standard', 'deep'] as const;
export type Profile = (typeof profiles)[number];

/** The one of our languages that a person of this machine reads, or undefined. @param tag BCP 47, such as `zh-Hant-TW` */
export function nearestLanguage(tag: string): Language | undefined {
  const [primary = '', ...rest] = tag.toLowerCase().split(/[-_]/);
  // Traditional characters are another script: whoever reads them is not given simplified ones unasked.
  const traditional = rest.some((part) => ['hant', 'tw', 'hk', 'mo'].includes(part));
  if (primary === 'zh') return traditional ? undefined : 'zh-Hans';
  return languages.find((language) => language === primary);
}
