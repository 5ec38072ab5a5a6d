import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The section of the changelog for a version, without its heading. Throws where the tag is not this version (`v1.2.3`), or
 * where the changelog says nothing about it: a release without notes helps nobody.
 */
export function findReleaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) throw new Error(`the tag ${tag} is not v${version}, the version in package.json`);
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => /^\S+/.exec(text)?.[0] === version);
  const notes = section?.slice(section.indexOf('\n')).trim() ?? '';
  if (notes === '') throw new Error(`CHANGELOG.md says nothing about ${version}`);
  return `${notes}\n`;
}

if (import.meta.main) {
  const read = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8');
  const { version } = JSON.parse(read('package.json'));
  try {
    process.stdout.write(findReleaseNotes(process.argv[2] ?? '', version, read('CHANGELOG.md')));
  } catch (error) {
    console.error(`release-notes: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
