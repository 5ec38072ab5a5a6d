import type { SafeStorage } from 'electron';
import { describe, expect, it } from 'vitest';
import { openSecretBox } from '../../electron/secret-box.ts';

type Store = Parameters<typeof openSecretBox>[0];

/** Seals by reversing: enough to see what goes in and what comes out. */
function aStore(backend: ReturnType<SafeStorage['getSelectedStorageBackend']>, over: Partial<Store> = {}): Store {
  const turn = (text: string) => [...text].reverse().join('');
  return {
    isAsyncEncryptionAvailable: async () => true,
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: async (text) => Buffer.from(turn(text)),
    decryptStringAsync: async (sealed) => ({ result: turn(sealed.toString()), shouldReEncrypt: false }),
    ...over,
  };
}

describe('where secrets are kept', () => {
  it.each(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'] as const)(
    'is the key store of Linux: %s',
    async (name) => {
      const box = await openSecretBox(aStore(name), 'linux');
      expect(box.place).toBe('keychain');
      const sealed = await box.seal('пароль');
      expect(sealed).toMatch(/^[A-Za-z0-9+/]+=*$/);
      expect(await box.open(sealed ?? '')).toBe('пароль');
    },
  );

  it.each(['basic_text', 'unknown'] as const)('is memory where Linux has none: %s', async (name) => {
    const sealing = () => Promise.reject(new Error('sealed with a key everybody has'));
    const box = await openSecretBox(
      aStore(name, { encryptStringAsync: sealing, decryptStringAsync: sealing }),
      'linux',
    );
    expect([box.place, await box.seal('x'), await box.open('x')]).toEqual(['memory', undefined, undefined]);
  });

  it('asks other systems for no backend: they have none', async () => {
    const getSelectedStorageBackend = () => {
      throw new Error('Linux only');
    };
    for (const platform of ['win32', 'darwin'] as const) {
      expect((await openSecretBox(aStore('unknown', { getSelectedStorageBackend }), platform)).place).toBe('keychain');
    }
  });

  it('is memory where the store is not available, fails, or never answers', async () => {
    const answers: Store['isAsyncEncryptionAvailable'][] = [
      async () => false,
      () => Promise.reject(new Error('locked')),
      () => new Promise(() => {}),
    ];
    for (const isAsyncEncryptionAvailable of answers) {
      const box = await openSecretBox(aStore('gnome_libsecret', { isAsyncEncryptionAvailable }), 'win32', 5);
      expect(box.place).toBe('memory');
    }
  });

  it('loses a secret rather than the app where something cannot be sealed or opened', async () => {
    const fail = () => Promise.reject(new Error('hunter2'));
    const box = await openSecretBox(
      aStore('kwallet6', { encryptStringAsync: fail, decryptStringAsync: fail }),
      'linux',
    );
    expect([await box.seal('hunter2'), await box.open('not base64 \u0000')]).toEqual([undefined, undefined]);
  });
});
