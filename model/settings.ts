import { z } from 'zod';
import { type Language, languages, type Theme, themes } from './choices.ts';
import { profileSchema } from './report.ts';

export type { Language, Theme };

export const themeSchema = z.enum(themes);

/** What a person chose, as every screen sees it. Routes, presets and own targets are kept beside it, not in it. */
export const settingsSchema = z
  .object({
    /** `system` follows the machine's own language. */
    language: z.enum(['system', ...languages]),
    theme: themeSchema,
    /** Size of everything in the window, in percent. */
    zoom: z.number().int().min(100).max(200),
    profile: profileSchema,
    /** When the person agreed that checks may be sent (ISO 8601); null before the first run is through. */
    consentedAt: z.iso.datetime().nullable(),
    /** Whether a finished check with changes tells so. Desktop only. */
    notify: z.boolean(),
    /** Whether closing the window leaves the app in the tray. Desktop only. */
    tray: z.boolean(),
    startAtLogin: z.boolean(),
    /** Minutes between checks, or null for none. */
    scheduleMinutes: z.number().int().min(5).max(1440).nullable(),
    /** Whether Amazon's list of ranges is asked for once a day, over a route that works. */
    refreshRanges: z.boolean(),
    /** Whether `deep` checks may ask addresses that Amazon publishes for this, in the ranges of hosts that fail. */
    askReachability: z.boolean(),
    /** Whether the app may ask its own release page for a newer version. Off until the person allows it. */
    updates: z.boolean(),
  })
  .strict();
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  zoom: 100,
  profile: 'standard',
  consentedAt: null,
  notify: true,
  tray: false,
  startAtLogin: false,
  scheduleMinutes: null,
  refreshRanges: false,
  askReachability: false,
  updates: false,
};
