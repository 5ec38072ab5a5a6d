import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretBox } from '../../app/host/ports.ts';

/**
 * A key store that really encrypts (AES-256-GCM, a new nonce each time). Another key is another machine; without a key it keeps
 * nothing, as a Linux desktop without a keyring.
 */
export function sealedBox(key: Buffer | null = randomBytes(32)): SecretBox {
  return {
    place: key ? 'keychain' : 'memory',
    seal: async (text) => {
      if (!key) return undefined;
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open: async (sealed) => {
      if (!key) return undefined;
      try {
        const bytes = Buffer.from(sealed, 'base64');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
        decipher.setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
