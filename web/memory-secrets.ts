import type { SecretBox } from '../app/host/ports.ts';

/** A browser's page has no key store behind it: secrets stay in memory, and the app says so (`secrets: 'memory'`). */
export const memorySecrets: SecretBox = {
  place: 'memory',
  seal: async () => undefined,
  open: async () => undefined,
};
