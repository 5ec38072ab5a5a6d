import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { outsideLinks, releasePage } from '../../app/host/outside-links.ts';
import { repository } from './pack-app.ts';

const read = (name: string) => readFileSync(join(repository, name), 'utf8');
const configuration = parse(read('electron-builder.yml'));
const manifest = JSON.parse(read('package.json'));

function createValidator() {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  const schema: object = builder('app-builder-lib/scheme.json');
  return new Ajv({ allErrors: true, strict: false }).compile(schema);
}

/** Targets by platform, each with its processors. */
const targetsOf = (platform: string): readonly string[] =>
  configuration[platform].target.map(({ target, arch }: { target: string; arch: string[] }) => `${target} ${arch}`);

describe('electron-builder.yml', () => {
  it('is what the schema of this electron-builder allows, for every platform', () => {
    const validate = createValidator();
    expect(validate(configuration), JSON.stringify(validate.errors, null, 2)).toBe(true);
  });

  it.each([
    ['win', { target: 'nsis', perUser: true }],
    ['mac', { hardenedRuntim: true }],
    ['linux', { icon: 7 }],
    ['nsis', { oneClick: 'yes' }],
    ['electronFuses', { runAsNode: 'off' }],
  ])('would not pass with a mistake in %s', (key, mistake) => {
    expect(createValidator()({ ...configuration, [key]: { ...configuration[key], ...mistake } })).toBe(false);
  });

  it('makes what the design lists', () => {
    expect(targetsOf('win')).toEqual(['nsis x64', 'portable x64']);
    expect(targetsOf('mac')).toEqual(['dmg universal', 'zip universal']);
    expect(targetsOf('linux')).toEqual(['deb x64', 'rpm x64', 'AppImage x64']);
  });

  it('asks for no rights that it does not need', () => {
    expect(configuration.nsis).toMatchObject({ perMachine: false, packElevateHelper: false });
    expect(configuration.win.requestedExecutionLevel).toBe('asInvoker');
    expect(configuration.portable.requestExecutionLevel).toBe('user');
    expect(configuration.mac.hardenedRuntime).toBe(true);
    const granted = read('build/entitlements.mac.plist').matchAll(/<key>(.*?)<\/key>/g);
    expect([...granted].map(([, key]) => key)).toEqual(['com.apple.security.cs.allow-jit']);
  });

  it('names files that exist', () => {
    const { win, mac, linux } = configuration;
    for (const file of [win.icon, mac.icon, mac.entitlements, mac.entitlementsInherit, linux.icon]) {
      expect(existsSync(join(repository, file)), file).toBe(true);
    }
  });

  it('gives every file a name without spaces: GitHub would change it, and the updater would look in vain', () => {
    const names = [configuration.artifactName, configuration.nsis.artifactName, configuration.portable.artifactName];
    for (const name of names)
      expect(name).toMatch(/^\$\{productName\}-\$\{version\}-\$\{os\}-\$\{arch\}[a-z-]*\.\$\{ext\}$/);
    expect(new Set(names).size).toBe(3);
    expect(configuration.productName).toMatch(/^\w+$/);
  });

  it('takes the version of Electron from package.json, where it is exact', () => {
    expect(configuration).not.toHaveProperty('electronVersion');
    expect(configuration).not.toHaveProperty('electronDist');
    expect(manifest.devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('has the name that Windows knows the running app by', () => {
    expect(read('electron/prepare-app.ts')).toContain(`'${configuration.appId}'`);
  });

  it('opens waylight: links, and never takes tg: links away from Telegram', () => {
    expect(configuration.protocols.flatMap(({ schemes }: { schemes: string[] }) => schemes)).toEqual(['waylight']);
  });

  it('publishes drafts where the app looks for updates and for its pages', () => {
    const { owner, repo, provider, releaseType } = configuration.publish;
    expect({ provider, releaseType }).toEqual({ provider: 'github', releaseType: 'draft' });
    const project = `https://github.com/${owner}/${repo}`;
    expect(configuration.extraMetadata.homepage).toBe(project);
    expect(outsideLinks.website).toBe(project);
    expect(releasePage).toBe(`${project}/releases`);
    expect(configuration.publish).not.toHaveProperty('token');
  });
});
