import type { SafeStorage } from 'electron';
import type { SecretBox } from '../app/host/ports.ts';

type Store = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/** A key store may first ask the person to unlock it, but one that never answers must not keep the app from opening. */
const patienceMs = 60_000;

/**
 * Secrets sealed with the system's key store. Linux without one would seal with a key that stands in Chromium's source
 * (`basic_text`): that is no seal, so there they are kept in memory. Only to be called when the app is ready.
 */
export async function openSecretBox(store: Store, platform: NodeJS.Platform, waitMs = patienceMs): Promise<SecretBox> {
  const available = await withinTime(isKeptSafe(store, platform), waitMs).catch(() => false);
  if (!available) return { place: 'memory', seal: async () => undefined, open: async () => undefined };
  return {
    place: 'keychain',
    seal: async (text) => {
      try {
        return (await store.encryptStringAsync(text)).toString('base64');
      } catch {
        return undefined;
      }
    },
    open: async (sealed) => {
      try {
        return (await store.decryptStringAsync(Buffer.from(sealed, 'base64'))).result;
      } catch {
        return undefined;
      }
    },
  };
}

async function isKeptSafe(store: Store, platform: NodeJS.Platform): Promise<boolean> {
  if (!(await store.isAsyncEncryptionAvailable())) return false;
  return platform !== 'linux' || !['basic_text', 'unknown'].includes(store.getSelectedStorageBackend());
}

function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the key store does not answer')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
