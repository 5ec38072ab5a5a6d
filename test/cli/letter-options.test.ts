import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLetter, readLetterOptions } from '../../cli/letter-options.ts';
import { runProgram } from '../../cli/program.ts';
import { sampleReport } from '../app/report/sample-report.ts';
import { createFakeIo } from './fake-io.ts';

let folder = '';
let report = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waylight-letter-'));
  report = join(folder, 'report.json');
  await writeFile(report, JSON.stringify(sampleReport()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function convert(...words: string[]) {
  const io = createFakeIo({ env: { XDG_DATA_HOME: folder } });
  const code = await runProgram(['convert', report, ...words], io, folder);
  return { code, out: io.out(), err: io.err() };
}

describe('the words about a letter', () => {
  it.each([
    [
      { letter: 'a.HTML', letterAbout: 'x' },
      { format: 'html', audience: 'owner', language: 'en' },
    ],
    [
      { letter: 'a.htm', letterAbout: 'x', letterFor: 'isp' },
      { format: 'html', audience: 'isp' },
    ],
    [
      { letter: '-', letterAbout: 'x', letterLanguage: 'zh-Hans' },
      { format: 'markdown', language: 'zh-Hans' },
    ],
    [{ letter: 'html', letterAbout: 'x' }, { format: 'markdown' }],
  ])('%j', (words, means) => {
    expect(readLetterOptions(words)).toMatchObject({
      ok: true,
      value: { path: words.letter, targetId: 'x', ...means },
    });
  });

  it('need each other', () => {
    const needs = (words: Parameters<typeof readLetterOptions>[0]) => {
      const read = readLetterOptions(words);
      return read.ok ? [] : read.problems.map(({ option, code }) => `${option} ${code}`);
    };
    expect(needs({})).toEqual([]);
    expect(needs({ letter: 'a.md' })).toEqual(['--letter option-needs']);
    expect(needs({ letterAbout: 'x', letterFor: 'isp' })).toEqual([
      '--letter-about option-needs',
      '--letter-for option-needs',
    ]);
    expect(needs({ letter: 'a', letterAbout: 'x', letterFor: 'all', letterLanguage: 'de' })).toEqual([
      '--letter-for option-choice',
      '--letter-language option-choice',
    ]);
  });

  it('name the targets that come nearest to one that is not there', () => {
    const targets = ['telegram-dc1', 'telegram-dc2', 'github', 'gitlab', 'wikipedia', 'whatsapp'].map((id) => ({ id }));
    const near = (letterAbout: string) => checkLetter({ letterAbout }, targets)[0]?.params?.near;
    expect(near('githb')).toMatch(/^github, gitlab, /);
    expect(near('telegram')).toMatch(/^telegram-dc1, telegram-dc2, /);
    expect(near('WIKIPEDIA')).toMatch(/^wikipedia, /);
    expect(String(near('x'.repeat(1_000_000))).split(', ')).toHaveLength(5);
    expect(checkLetter({ letterAbout: 'github' }, targets)).toEqual([]);
    expect(checkLetter({}, targets)).toEqual([]);
  });
});

describe('waylight convert --letter', () => {
  it('writes a page or Markdown, by the name of the file, without the person’s own addresses at any level', async () => {
    const page = join(folder, 'letter.html');
    expect(await convert('--letter', page, '--letter-about', 'site', '--redact', 'none')).toMatchObject({ code: 0 });
    const html = await readFile(page, 'utf8');
    expect(html).toMatch(/^<!doctype html>.*site\.example.*<\/html>\n$/s);
    const { code, out } = await convert('--letter', '-', '--letter-about', 'site', '--letter-for', 'isp');
    expect(code).toBe(0);
    expect(out).toMatch(/^# site\.example does not work on our connection\n/);
    expect(out).toContain('[name of the internet provider], network operations');
    expect(html + out).not.toMatch(/192\.168\.7\.23|2001:db8|Aunt Vera|my-proxy/);
  });

  it.each([
    [['--letter', '-'], '--letter: needs --letter-about TARGET'],
    [['--csv', '-', '--letter-about', 'site'], '--letter-about: needs --letter FILE'],
    [
      ['--letter', '-', '--letter-about', 'sitee'],
      'no target with the id sitee in this check; the nearest are site, dc1',
    ],
    [['--letter', '-', '--letter-about', 'site', '--letter-for', 'me'], '--letter-for: must be one of owner, isp'],
    [
      ['--letter', '-', '--letter-about', 'site', '--letter-language', 'xx'],
      '--letter-language: must be one of en, ru',
    ],
    [['--letter', '/nowhere/x.html', '--letter-about', 'site'], '--letter, /nowhere/x.html: the folder does not exist'],
    [['--letter', '-', '--csv', '-', '--letter-about', 'site'], 'standard output is named for two outputs'],
  ])('%j is exit 2 and says %s', async (words, message) => {
    const { code, out, err } = await convert(...words);
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('says how a PDF is made', async () => {
    const io = createFakeIo();
    expect(await runProgram(['convert', '--help'], io, folder)).toBe(0);
    expect(io.out()).toContain('print that page from a browser');
  });
});
