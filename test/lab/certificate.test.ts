import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCertificateKeys, issueCertificate } from '../../lab/certificate.ts';

const day = 86_400_000;
const rootKeys = createCertificateKeys();
const leafKeys = createCertificateKeys();
const period = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + 30 * day) };
const rootPem = issueCertificate({
  subject: 'Test Root',
  issuer: 'Test Root',
  publicKey: rootKeys.publicKey,
  issuerKeys: rootKeys,
  ...period,
  names: [],
});
const leafPem = issueCertificate({
  subject: 'a.example',
  issuer: 'Test Root',
  publicKey: leafKeys.publicKey,
  issuerKeys: rootKeys,
  ...period,
  names: ['a.example', '*.b.example', '203.0.113.9'],
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
}

describe('issueCertificate', () => {
  it('writes certificates the platform reads and verifies', () => {
    const root = new X509Certificate(rootPem);
    const leaf = new X509Certificate(leafPem);
    expect(root.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(root.verify(root.publicKey)).toBe(true);
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.verify(leaf.publicKey)).toBe(false);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.checkPrivateKey(leafKeys.privateKey)).toBe(true);
    expect(leaf.checkHost('a.example')).toBe('a.example');
    expect(leaf.checkHost('x.b.example')).toBe('*.b.example');
    expect(leaf.checkHost('c.example')).toBeUndefined();
    expect(leaf.checkIP('203.0.113.9')).toBe('203.0.113.9');
    expect(Math.abs(Date.parse(leaf.validTo) - period.notAfter.getTime())).toBeLessThan(1000);
  });

  it('gives every certificate its own positive serial number', () => {
    const serials = new Set([rootPem, leafPem].map((pem) => new X509Certificate(pem).serialNumber));
    expect(serials.size).toBe(2);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  it.skipIf(!hasOpenssl())('passes the strict checks of RFC 5280 in OpenSSL', () => {
    const folder = mkdtempSync(join(tmpdir(), 'waylight-lab-'));
    try {
      writeFileSync(join(folder, 'root.pem'), rootPem);
      writeFileSync(join(folder, 'leaf.pem'), leafPem);
      const verify = (name: string) =>
        execFileSync(
          'openssl',
          [
            'verify',
            '-x509_strict',
            '-purpose',
            'sslserver',
            '-verify_hostname',
            name,
            '-CAfile',
            'root.pem',
            'leaf.pem',
          ],
          { cwd: folder, encoding: 'utf8', stdio: 'pipe' },
        );
      expect(verify('a.example')).toContain('leaf.pem: OK');
      expect(() => verify('c.example')).toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
