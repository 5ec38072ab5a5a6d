/** What a person can choose from, apart from the schemas: an interface lists these without carrying a validator. */
export const languages = ['en', 'ru', 'fa', 'zh-Hans'] as const;
export type Language = (typeof languages)[number];

export const themes = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof themes)[number];

export const profiles = ['quick', 'standard', 'deep'] as const;
export type Profile = (typeof profiles)[number];
