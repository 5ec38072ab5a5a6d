import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectLicences } from '../../scripts/write-licences.ts';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'waylight-licences-'));
});
afterEach(() => rmSync(project, { recursive: true }));

function write(path: string, content: string | object): void {
  const file = join(project, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

describe('collectLicences', () => {
  it('follows dependencies to where Node would find them, and says a text once', () => {
    write('package.json', { name: 'app', dependencies: { one: '1', two: '1' }, devDependencies: { tool: '1' } });
    write('node_modules/one/package.json', {
      name: 'one',
      version: '1.0.0',
      license: 'MIT',
      dependencies: { deep: '2' },
    });
    write('node_modules/one/LICENSE', 'Copyright of one\r\n');
    write('node_modules/one/node_modules/deep/package.json', { name: 'deep', version: '2.0.0', license: 'ISC' });
    write('node_modules/one/node_modules/deep/license.md', 'Copyright of one');
    write('node_modules/two/package.json', {
      name: 'two',
      version: '1.1.0',
      license: 'MIT',
      optionalDependencies: { gone: '1' },
    });
    write('node_modules/deep/package.json', { name: 'deep', version: '9.0.0', license: 'ISC' });
    write('node_modules/tool/package.json', { name: 'tool', version: '1.0.0', license: 'MIT' });
    const text = collectLicences(project);
    expect(text).toContain('one 1.0.0 (MIT)\ndeep 2.0.0 (ISC)\n\nCopyright of one\n');
    expect(text).toContain('two 1.1.0 (MIT)\n\nIts package holds no text; it names the licence MIT.');
    expect(text).not.toMatch(/tool|9\.0\.0|gone/);
    expect(text.match(/Copyright of one/g)).toHaveLength(1);
  });

  it('refuses to stay silent about a licence', () => {
    write('package.json', { name: 'app', dependencies: { one: '1' } });
    expect(() => collectLicences(project)).toThrow('one is not installed');
    write('node_modules/one/package.json', { name: 'one', version: '1.0.0' });
    expect(() => collectLicences(project)).toThrow('one names no licence');
  });

  it('knows those of this project', () => {
    const text = collectLicences(resolve(import.meta.dirname, '../..'));
    for (const name of ['react', 'zod', 'electron-updater', '@fontsource-variable/ibm-plex-sans']) {
      expect(text).toContain(`\n${name} `);
    }
    expect(text).toContain('SIL OPEN FONT LICENSE');
    expect(text).not.toMatch(/^vitest /m);
  });
});
