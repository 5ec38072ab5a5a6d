import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repository } from './pack-app.ts';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly needs?: string;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(repository, '.github', 'workflows');
const names = readdirSync(folder).sort();
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const workflow = (name: string): Workflow => parse(read(name), { strict: true, uniqueKeys: true });
const scripts: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(repository, 'package.json'), 'utf8'),
).scripts;

it('there are two workflows', () => {
  expect(names).toEqual(['ci.yml', 'release.yml']);
});

describe.each(names)('%s', (name) => {
  const { permissions, jobs } = workflow(name);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('may read the code at most, but for the job that drafts', () => {
    expect([{}, { contents: 'read' }]).toContainEqual(permissions);
    for (const [id, job] of Object.entries(jobs)) {
      const wanted = id === 'draft' ? { contents: 'write' } : { contents: 'read' };
      expect(job.permissions ?? permissions, id).toEqual(wanted);
      expect(job['timeout-minutes'], id).toBeGreaterThan(0);
    }
  });

  it('uses actions of GitHub alone, each pinned to one commit, and leaves no credentials behind', () => {
    for (const { uses, with: given } of steps) {
      if (uses === undefined) continue;
      expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
      if (uses.startsWith('actions/checkout@')) expect(given).toMatchObject({ 'persist-credentials': false });
    }
    for (const line of read(name)
      .split('\n')
      .filter((text) => text.includes('uses:'))) {
      expect(line).toMatch(/# v\d+\.\d+\.\d+$/);
    }
  });

  it('puts nothing from outside into a script, and secrets in the environment of one step at most', () => {
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
    const holders = steps.filter(({ env }) => JSON.stringify(env ?? {}).includes('secrets.'));
    expect(holders.map((step) => step.name)).toEqual(
      name === 'release.yml' ? ['Pack, signed where there is a certificate'] : [],
    );
    for (const { run = '' } of holders) expect(run).not.toMatch(/\b(echo|printf|env|set -x|printenv)\b/);
  });

  it('runs scripts that there are, in words bash understands', () => {
    for (const { run } of steps) {
      if (run === undefined) continue;
      execFileSync('bash', ['-n'], { input: run });
      for (const [, script = ''] of run.matchAll(/npm run (?:-s )?([a-z:]+)/g))
        expect(scripts).toHaveProperty([script]);
      for (const [file] of run.matchAll(/(?<![\w/])(scripts|test|\.ci)\/[\w./-]+/g)) {
        expect(existsSync(join(repository, file)), file).toBe(true);
      }
    }
  });
});

describe('release.yml', () => {
  const { jobs } = workflow('release.yml');
  const said = (id: string) => (jobs[id]?.steps ?? []).map(({ run, uses }) => run ?? uses ?? '').join('\n');
  const order = (id: string, words: readonly string[]) => words.map((word) => said(id).indexOf(word));

  it('fetches the data once, before anything is built', () => {
    expect(jobs.build?.needs).toBe('data');
    expect(said('data')).toContain('npm run data:update');
    expect(said('build')).not.toContain('data:update');
  });

  it('builds, packs, and tries the app before it gives it away', () => {
    const places = order('build', [
      'npm ci',
      'download-artifact',
      'npm run build',
      'write-licences',
      'electron-builder',
      'real-electron',
      'upload-artifact',
    ]);
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(said('build')).toContain('--publish never');
  });

  it('drafts and never publishes, and runs no code of the repository where it may write', () => {
    expect(jobs.draft?.needs).toBe('build');
    expect(said('draft')).toContain('gh release create "$TAG" --draft --verify-tag');
    expect(said('draft')).not.toMatch(/npm|node |npx|checkout/);
    expect(said('draft')).toContain('sha256sum');
  });
});

it('ci.yml runs what .ci/run runs, and tries the app on three systems', () => {
  const { jobs } = workflow('ci.yml');
  expect(jobs.test?.steps.some(({ run }) => run === '.ci/run')).toBe(true);
  expect(read('ci.yml')).toContain('os: [ubuntu-24.04, windows-2025, macos-15]');
});
