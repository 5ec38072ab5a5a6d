import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Where Node would find a package from `folder`: the nearest node_modules that has it. */
function findPackage(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (at === dirname(at)) return undefined;
  }
}

/** The folders of all packages that the bundles may hold parts of: the dependencies of `project` and theirs. */
function findPackages(project: string): readonly string[] {
  const found = new Set<string>();
  const visit = (folder: string) => {
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = readManifest(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const place = findPackage(name, folder);
      // An optional one may be missing; so may a peer that is wanted for its types alone.
      if (place === undefined && name in dependencies) throw new Error(`${name} is not installed`);
      if (place === undefined || found.has(place)) continue;
      found.add(place);
      visit(place);
    }
  };
  visit(project);
  return [...found].sort();
}

const isLicence = (name: string) =>
  /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(name) && !/\.(c|m)?(j|t)s$/.test(name);

/**
 * The licences of everything the bundles are made of, as text: most of them ask to be handed on with every copy. Throws
 * where a package is not installed, or says nothing about its licence.
 */
export function collectLicences(project: string): string {
  const texts = new Map<string, string[]>();
  for (const folder of findPackages(project)) {
    const { name, version, license } = readManifest(folder);
    const files = readdirSync(folder).filter(isLicence).sort();
    if (files.length === 0 && license === undefined) throw new Error(`${name} names no licence`);
    const own = files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
    const text = own.length > 0 ? own.join('\n\n') : `Its package holds no text; it names the licence ${license}.`;
    const heading = `${name} ${version}${license === undefined ? '' : ` (${license})`}`;
    texts.set(text, [...(texts.get(text) ?? []), heading]);
  }
  const line = '-'.repeat(80);
  return [...texts].map(([text, headings]) => `${headings.join('\n')}\n\n${text}\n`).join(`\n${line}\n\n`);
}

if (import.meta.main) {
  const project = resolve(import.meta.dirname, '..');
  const out = resolve(project, process.env.WAYLIGHT_OUT ?? 'out');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'licences.txt'), collectLicences(project));
}
