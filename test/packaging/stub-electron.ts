import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Electron's fuse wire: sentinel, version 1, nine fuses, all on (github.com/electron/fuses, README). */
const fuseWire = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.of(1, 9),
  Buffer.from('111111111'),
]);

/** Chromium ships some 50 locales; a few that stay and a few that go are enough. */
export const stubLocales = ['ar', 'de', 'en-GB', 'en-US', 'fa', 'fr', 'ru', 'zh-CN', 'zh-TW'];

/** Makes what electron-builder takes for an unpacked Electron of Linux: everything it touches, and nothing that runs. */
export function writeStubElectron(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  const program = join(folder, 'electron');
  writeFileSync(program, Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(5000), fuseWire, Buffer.alloc(5000)]));
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'LICENSE'), 'The licence of Electron\n');
  writeFileSync(join(folder, 'LICENSES.chromium.html'), 'The licences of Chromium\n');
  for (const locale of stubLocales) writeFileSync(join(folder, 'locales', `${locale}.pak`), locale);
}
