import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRawHeader, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFuses, wantedFuses } from './fuse-wire.ts';
import { createProject, packForMac, repository, writeSyntheticOut } from './pack-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'waylight-mac-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a package for macOS', () => {
  let app: string;
  /** Info.plist with nothing between its tags. */
  let info: string;
  beforeAll(async () => {
    const out = join(folder, 'out');
    writeSyntheticOut(out);
    app = await packForMac(createProject(folder, out));
    info = readFileSync(join(app, 'Contents', 'Info.plist'), 'utf8').replaceAll(/>\s+</g, '><');
  });

  it('has its fuses as the design wants them', async () => {
    expect(await readFuses(app)).toEqual(wantedFuses);
  });

  it('carries in Info.plist the digest that Electron compares its archive with', () => {
    const asar = join(app, 'Contents', 'Resources', 'app.asar');
    const digest = createHash('sha256').update(getRawHeader(asar).headerString).digest('hex');
    expect(info).toContain(
      `<key>Resources/app.asar</key><dict><key>algorithm</key><string>SHA256</string><key>hash</key><string>${digest}</string>`,
    );
    expect(listPackage(asar, { isPack: false })).toEqual(expect.arrayContaining(['/out/main.js', '/out/engine.js']));
  });

  it('has its name, its icon, and its own links alone', () => {
    expect(info).toContain('<key>CFBundleIdentifier</key><string>io.github.waylight.waylight</string>');
    expect(info).toContain('<key>CFBundleURLSchemes</key><array><string>waylight</string></array>');
    expect(info.match(/CFBundleURLSchemes/g)).toHaveLength(1);
    const icon = readFileSync(join(app, 'Contents', 'Resources', 'icon.icns'));
    expect(icon.equals(readFileSync(join(repository, 'build', 'icon.icns')))).toBe(true);
  });

  it('says why it reaches into the network at home, and asks for nothing else', () => {
    const asked = [...info.matchAll(/<key>(NS\w+UsageDescription)<\/key>/g)].map(([, key]) => key);
    expect(asked).toEqual(['NSLocalNetworkUsageDescription']);
  });

  it('keeps the locales of its languages', () => {
    const resources = join(app, 'Contents/Frameworks/Electron Framework.framework/Versions/A/Resources');
    expect(readdirSync(resources).sort()).toEqual(['en.lproj', 'fa.lproj', 'ru.lproj', 'zh_CN.lproj']);
  });
});
