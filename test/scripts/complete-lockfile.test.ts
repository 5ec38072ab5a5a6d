import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMissing } from '../../scripts/complete-lockfile.ts';

describe('package-lock.json', () => {
  it('has every optional package, so that npm ci accepts it (npm run lock)', () => {
    const lock = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8'));
    expect(Object.keys(findMissing(lock.packages))).toEqual([]);
  });

  it('gets an entry with its platform for each one that is missing', () => {
    const packages = {
      'node_modules/a': {
        dev: true,
        optionalDependencies: { 'a-linux-x64': '1.0.0', '@a/cli-linux-arm64-musl': '1.0.0' },
      },
      'node_modules/a-linux-x64': { version: '1.0.0' },
    };
    expect(findMissing(packages)).toEqual({
      'node_modules/@a/cli-linux-arm64-musl': {
        version: '1.0.0',
        os: ['linux'],
        cpu: ['arm64'],
        libc: ['musl'],
        dev: true,
        optional: true,
      },
    });
  });
});
