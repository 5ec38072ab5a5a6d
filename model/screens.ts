/** The screens of the interface, in the order of the rail. */
export const screens = ['check', 'map', 'routes', 'aws', 'history', 'report', 'settings'] as const;
export type ScreenName = (typeof screens)[number];
