import type { SiteDeclaration } from '../scenario.ts';
import { serviceSite } from '../service-site.ts';

/** Telegram's own sites, inside its own ranges. */
export const telegramSites: readonly SiteDeclaration[] = [
  serviceSite('telegram-web', ['149.154.167.99'], { transfer: '/practice/256-kib', upload: '/practice/upload' }),
  serviceSite('telegram-site', ['149.154.167.99']),
  serviceSite('telegram-links', ['149.154.167.99']),
  serviceSite('telegram-api', ['149.154.167.220'], {
    answer: { kind: 'redirect', to: 'https://core.telegram.org/bots' },
  }),
  { host: 'core.telegram.org', addresses: ['149.154.167.99'] },
];
