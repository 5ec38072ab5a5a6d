import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createTrustStore } from '../../engine/trust-store.ts';
import { createTestAuthority } from '../support/certificates.ts';

const [one, two, three] = [createTestAuthority('One'), createTestAuthority('Two'), createTestAuthority('Three')];
const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();

describe('createTrustStore', () => {
  it('says on whose word a root is trusted, the most public first', () => {
    const store = createTrustStore({
      bundled: [one.pem],
      system: [one.pem, two.pem],
      extra: [`# mine\n${two.pem}\n${three.pem}`],
    });
    expect(store.vouches(fingerprint(one.pem))).toBe('public');
    expect(store.vouches(fingerprint(two.pem))).toBe('system');
    expect(store.vouches(fingerprint(three.pem))).toBe('extra');
    expect(store.vouches('00'.repeat(32))).toBe('none');
  });

  it('finds the root that signed a certificate, and none that only has its name', () => {
    const store = createTrustStore({ bundled: [one.pem], system: [], extra: [] });
    expect(store.anchorOf(new X509Certificate(one.issue({ names: ['a.example'] }).cert))).toBe(fingerprint(one.pem));
    const namesake = createTestAuthority('One').issue({ names: ['a.example'] });
    expect(store.anchorOf(new X509Certificate(namesake.cert))).toBeUndefined();
  });

  it('passes over what it cannot read in the system, and refuses a --ca file without a certificate', () => {
    expect(() => createTrustStore({ bundled: [], system: [], extra: ['hello'] })).toThrow();
    const store = createTrustStore({ bundled: [one.pem], system: ['garbage'], extra: [] });
    expect(store.vouches(fingerprint(one.pem))).toBe('public');
  });

  it('takes the real stores in well under a second', () => {
    const started = performance.now();
    const bundled = getCACertificates('bundled');
    const store = createTrustStore({ bundled, system: getCACertificates('system'), extra: [] });
    expect(store.vouches(fingerprint(bundled[0] ?? ''))).toBe('public');
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
