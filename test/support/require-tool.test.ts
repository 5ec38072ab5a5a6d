import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findTool, requireTool } from './require-tool.ts';

describe('requireTool', () => {
  let said = '';
  beforeEach(() => {
    said = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += text;
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it('finds what is here, and says nothing', () => {
    expect(findTool('sh')).toMatch(/\/sh$/);
    expect(requireTool(['sh'])).toBe(true);
    expect(said).toBe('');
  });

  it('announces what is missing', () => {
    vi.stubEnv('CI', '');
    expect(requireTool(['sh', 'no-such-daemon'])).toBe(false);
    expect(said).toContain('SKIPPED: these tests need no-such-daemon');
  });

  it('fails instead on a build server', () => {
    vi.stubEnv('CI', 'true');
    expect(() => requireTool(['no-such-daemon'])).toThrow('these tests need no-such-daemon');
  });

  it('counts root rights among the tools', () => {
    vi.stubEnv('CI', '');
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    expect(requireTool(['sh'], { root: true })).toBe(false);
    expect(said).toContain('root rights');
  });
});
