import { describe, expect, it } from 'vitest';
import { findReleaseNotes } from '../../scripts/release-notes.ts';

const changelog =
  '# Changelog\n\n## Unreleased\n\n- later\n\n## 1.2.3 (2026-11-22)\n\n- now\n- and this\n\n## 1.2.30\n\n## 1.2.2\n\n- before\n';

describe('findReleaseNotes', () => {
  it('takes the section of the version and no other', () => {
    expect(findReleaseNotes('v1.2.3', '1.2.3', changelog)).toBe('- now\n- and this\n');
    expect(findReleaseNotes('v1.2.2', '1.2.2', changelog)).toBe('- before\n');
  });

  it.each([
    ['v1.2.4', '1.2.3', /tag v1.2.4 is not v1.2.3/],
    ['1.2.3', '1.2.3', /tag 1.2.3 is not/],
    ['v1.2.9', '1.2.9', /nothing about 1.2.9/],
    ['v1.2.30', '1.2.30', /nothing about 1.2.30/],
  ])('refuses %s where the version is %s', (tag, version, reason) => {
    expect(() => findReleaseNotes(tag, version, changelog)).toThrow(reason);
  });
});
