import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRawHeader, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFuses, wantedFuses } from './fuse-wire.ts';
import { createProject, packForWindows, repository, writeSyntheticOut } from './pack-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'waylight-windows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The PNGs of an .ico, as they lie in it. */
function imagesOf(ico: Buffer): readonly Buffer[] {
  return Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
    const entry = 6 + 16 * index;
    const start = ico.readUInt32LE(entry + 12);
    return ico.subarray(start, start + ico.readUInt32LE(entry + 8));
  });
}

describe('a package for Windows', () => {
  let app: Awaited<ReturnType<typeof packForWindows>>;
  let program: Buffer;
  beforeAll(async () => {
    const out = join(folder, 'out');
    writeSyntheticOut(out);
    app = await packForWindows(createProject(folder, out));
    program = readFileSync(app.program);
  });

  it('has its fuses as the design wants them', async () => {
    expect(await readFuses(app.program)).toEqual(wantedFuses);
  });

  it('carries in its program the digest that Electron compares its archive with', () => {
    const value = createHash('sha256').update(getRawHeader(app.asarFile).headerString).digest('hex');
    const resource = [{ file: 'resources\\app.asar', alg: 'SHA256', value }];
    expect(program.includes(JSON.stringify(resource))).toBe(true);
    expect(program.includes('ELECTRONASAR', 0, 'utf16le')).toBe(true);
  });

  it('carries the icon in all its sizes, and its name', () => {
    const images = imagesOf(readFileSync(join(repository, 'build', 'icon.ico')));
    expect(images).toHaveLength(9);
    for (const image of images) expect(program.includes(image)).toBe(true);
    for (const text of ['Waylight', 'Waylight contributors', '© 2026']) {
      expect(program.includes(text, 0, 'utf16le'), text).toBe(true);
    }
  });

  it('holds the bundles', () => {
    const files = listPackage(app.asarFile, { isPack: false }).map((path) => path.replaceAll('\\', '/'));
    expect(files).toEqual(
      expect.arrayContaining(['/out/main.js', '/out/engine.js', '/out/preload.cjs', '/package.json']),
    );
    expect(files.filter((path) => path.includes('node_modules'))).toEqual([]);
  });
});
