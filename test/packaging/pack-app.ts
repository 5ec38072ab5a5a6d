import { cpSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { Arch, build, type LinuxPackager, Platform } from 'electron-builder';
import { writeStubElectron, writeStubElectronForMac } from './stub-electron.ts';

export const repository: string = resolve(import.meta.dirname, '../..');

const out = resolve(repository, process.env.WAYLIGHT_OUT ?? 'out');

/** What `npm run build` has made (in WAYLIGHT_OUT, as vite.config.ts reads it); undefined before the first build. */
export const builtOut: string | undefined = existsSync(join(out, 'main.js')) ? out : undefined;

export interface PackedApp {
  readonly asarFile: string;
  readonly folder: string;
  readonly program: string;
  readonly resources: string;
  /** As the deb, the rpm and the AppImage will carry it. */
  readonly desktopEntry: string;
  readonly icons: readonly string[];
}

interface TargetHelper {
  readonly icons: Promise<readonly { readonly file: string }[]>;
  computeDesktopEntry(options: object): Promise<string>;
}

/** deb, rpm and AppImage are made by tools that must be downloaded; what goes into them is worked out here. */
function createTargetHelper(packager: LinuxPackager): TargetHelper {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  return new (builder('app-builder-lib/out/targets/LinuxTargetHelper').LinuxTargetHelper)(packager);
}

/** A project as electron-builder finds it, in a folder of its own: nothing is written into the repository. */
export function createProject(parent: string, out: string): string {
  const project = mkdtempSync(join(parent, 'project-'));
  for (const name of ['package.json', 'electron-builder.yml', 'LICENSE', 'NOTICE', 'build']) {
    cpSync(join(repository, name), join(project, name), { recursive: true });
  }
  const types = join(out, 'types');
  cpSync(out, join(project, 'out'), {
    recursive: true,
    filter: (file) => file !== types && !file.startsWith(types + sep),
  });
  symlinkSync(join(repository, 'node_modules'), join(project, 'node_modules'));
  return project;
}

/** Runs electron-builder with the repository's own configuration for Linux, with a stub in place of Electron. */
export async function packApp(project: string): Promise<PackedApp> {
  const stub = `${project}-electron`;
  mkdirSync(stub);
  writeStubElectron(stub, 'electron');
  let desktopEntry = '';
  let icons: readonly string[] = [];
  await build({
    projectDir: project,
    targets: Platform.LINUX.createTarget('dir'),
    publish: 'never',
    config: {
      electronDist: stub,
      afterPack: async ({ packager }) => {
        const helper = createTargetHelper(packager as LinuxPackager);
        desktopEntry = await helper.computeDesktopEntry(packager.platformSpecificBuildOptions);
        icons = (await helper.icons).map(({ file }) => file);
      },
    },
  });
  const folder = join(project, 'dist', 'linux-unpacked');
  const resources = join(folder, 'resources');
  return {
    folder,
    resources,
    asarFile: join(resources, 'app.asar'),
    program: join(folder, 'waylight'),
    desktopEntry,
    icons,
  };
}

/** The same for Windows, which electron-builder can pack on any system; the installers need tools of Windows. */
export async function packForWindows(project: string): Promise<Pick<PackedApp, 'asarFile' | 'program'>> {
  const stub = `${project}-electron`;
  mkdirSync(stub);
  writeStubElectron(stub, 'electron.exe');
  const targets = Platform.WINDOWS.createTarget('dir');
  await build({ projectDir: project, targets, publish: 'never', config: { electronDist: stub } });
  const folder = join(project, 'dist', 'win-unpacked');
  return { asarFile: join(folder, 'resources', 'app.asar'), program: join(folder, 'Waylight.exe') };
}

/** The same for macOS, for one processor: two are joined, and the whole is signed, by tools of macOS. Gives the bundle. */
export async function packForMac(project: string): Promise<string> {
  const stub = `${project}-electron`;
  writeStubElectronForMac(stub);
  const targets = Platform.MAC.createTarget('dir', Arch.x64);
  await build({ projectDir: project, targets, publish: 'never', config: { electronDist: stub } });
  return join(project, 'dist', 'mac', 'Waylight.app');
}

/** An out/ such as the build makes, and beside it everything that must stay at home. */
export function writeSyntheticOut(out: string): void {
  const files = {
    'main.js': "import './chunks/common-abc.js';\n",
    'preload.cjs': "require('electron');\n",
    'engine.js': "import './chunks/common-abc.js';\n",
    'chunks/common-abc.js': 'export {};\n',
    'renderer/index.html': '<!doctype html>\n',
    'renderer/assets/start-abc.js': 'export {};\n',
    'assets.json': '{ "index.html": {}, "assets/start-abc.js": {} }\n',
    'ranges/asn.bin': 'ranges',
    'licences.txt': 'the licences',
    // None of these:
    'waylight.js': 'the command line',
    'web-engine.js': 'the engine of the web host',
    'main.js.map': '{}',
    'chunks/common-abc.js.map': '{}',
    'renderer/assets/start-abc.js.map': '{}',
    'chunks/node_modules/left-pad/main.js': 'left',
    'types/model.d.ts': 'export {};',
    'history.sqlite': 'a run',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), text);
  }
}
