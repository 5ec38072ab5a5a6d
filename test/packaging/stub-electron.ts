import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Electron's fuse wire: sentinel, version 1, nine fuses, all on (github.com/electron/fuses, README). */
const fuseWire = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.of(1, 9),
  Buffer.from('111111111'),
]);

/** Chromium ships some 50 locales; a few that stay and a few that go are enough. */
export const stubLocales = ['ar', 'de', 'en-GB', 'en-US', 'fa', 'fr', 'ru', 'zh-CN', 'zh-TW'];

/** What the program of each system begins with, so that electron-builder can do to it what it does to Electron's. */
const beginnings = {
  electron: () => Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(5000)]),
  // Icons and strings are written into the resources of a real Windows program: a small one that electron-builder brings.
  'electron.exe': () => {
    const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
    return readFileSync(join(dirname(builder.resolve('electron-winstaller/package.json')), 'vendor', 'rcedit.exe'));
  },
};

/** Makes what electron-builder takes for an unpacked Electron: everything it touches, and nothing that starts. */
export function writeStubElectron(folder: string, program: keyof typeof beginnings): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  writeFileSync(join(folder, program), Buffer.concat([beginnings[program](), fuseWire, Buffer.alloc(5000)]));
  chmodSync(join(folder, program), 0o755);
  writeFileSync(join(folder, 'LICENSE'), 'The licence of Electron\n');
  writeFileSync(join(folder, 'LICENSES.chromium.html'), 'The licences of Chromium\n');
  for (const locale of stubLocales) writeFileSync(join(folder, 'locales', `${locale}.pak`), locale);
}
