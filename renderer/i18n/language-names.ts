/** Each language in its own words: whoever reads no English finds theirs. The same in every language. */
export const languageNames = { en: 'English', ru: 'Русский', fa: 'فارسی', 'zh-Hans': '简体中文' } as const;
