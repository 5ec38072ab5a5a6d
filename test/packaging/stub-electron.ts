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

const plist = (name: string) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>CFBundleExecutable</key><string>${name}</string></dict></plist>
`;

/** The same for macOS: a bundle of bundles, with the fuses in the framework. */
export function writeStubElectronForMac(folder: string): void {
  const contents = join(folder, 'Electron.app', 'Contents');
  const frameworks = join(contents, 'Frameworks');
  const framework = join(frameworks, 'Electron Framework.framework');
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  write(join(contents, 'Info.plist'), plist('Electron'));
  write(join(contents, 'MacOS', 'Electron'), 'a program');
  write(join(contents, 'Resources', 'electron.icns'), 'an icon');
  write(join(framework, 'Electron Framework'), Buffer.concat([Buffer.alloc(5000), fuseWire, Buffer.alloc(5000)]));
  for (const locale of ['ar', 'en', 'en_GB', 'fa', 'ru', 'zh_CN', 'zh_TW']) {
    write(join(framework, 'Versions', 'A', 'Resources', `${locale}.lproj`, 'locale.pak'), locale);
  }
  for (const kind of ['', ' (GPU)', ' (Plugin)', ' (Renderer)']) {
    const name = `Electron Helper${kind}`;
    write(join(frameworks, `${name}.app`, 'Contents', 'Info.plist'), plist(name));
    write(join(frameworks, `${name}.app`, 'Contents', 'MacOS', name), 'a program');
  }
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) write(join(folder, name), 'licences');
}
