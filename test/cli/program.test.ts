import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../cli/program.ts';
import { sampleReport } from '../app/report/sample-report.ts';
import { createFakeIo } from './fake-io.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waylight-program-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function runWords(...words: string[]) {
  const io = createFakeIo({ stdin: '', env: { XDG_DATA_HOME: folder } });
  const code = await runProgram(words, io, folder);
  return { code, out: io.out(), err: io.err() };
}

describe('the words', () => {
  it('help and version are results', async () => {
    expect(await runWords('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('check') });
    expect(await runWords('check', '--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('--connect-timeout'),
    });
    expect((await runWords('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['check', '--bogus'], 'unknown option --bogus'],
    [['check', '--profil', 'quick'], 'unknown option --profil (Did you mean --profile?)'],
    [['chekc'], 'unknown command chekc (Did you mean check?)'],
    [['check', 'word'], 'a word too many'],
    [['lookup'], "missing required argument 'ip|cidr|host|region'"],
    [['check', '--route'], '--route'],
    [['serve', '--port', '0'], '--port: must be a whole number from 1 to 65535'],
    [['serve', '--port', '65536'], '--port: must be'],
    [['serve', '--port', 'http'], '--port: must be'],
    [['history', 'lsit'], 'a word too many'],
    [['history', 'show'], "missing required argument 'id'"],
    [['history', 'diff', 'A'], "missing required argument 'b'"],
    [['history', 'show', 'A'], 'no kept check has the id A'],
    [['history', 'list', '--json', '/nowhere/x'], '--json, /nowhere/x: the folder does not exist'],
    [['demo', '--html', '/nowhere/x'], '--html, /nowhere/x: the folder does not exist'],
    [['demo', '--ooni', '/nowhere/x'], '--ooni, /nowhere/x: the folder does not exist'],
    [['demo', 'atlantis'], 'no scenario "atlantis"'],
    [['check', '--profile', 'slow'], '--profile: must be one of quick, standard, deep'],
    [['check', '--redact', 'all'], '--redact: must be one of none, standard, strict'],
    [['check', '--concurrency', '0'], '--concurrency: must be a whole number from 1 to 256'],
    [['check', '--concurrency', '257'], '--concurrency'],
    [['check', '--connect-timeout', '1e3'], '--connect-timeout: must be a whole number'],
    [['check', '--dns', 'dns.example'], '--dns: must be an IP address'],
    [['check', '--dns', '192.0.2.1:0'], '--dns: the port 0 is impossible'],
    [['check', '--doh', 'http://d.example/'], '--doh: must be an https:// address'],
    [['check', '--route', 'vmess://x'], '--route: vmess links are not supported'],
    [['check', '--route', 'direct', '--route', 'h:0'], '--route (number 2): the port is impossible'],
    [['check', '--route', 'interface:nosuch0'], 'there is no interface nosuch0'],
    [
      ['check', '--route', 'tg://proxy?server=a&port=1&secret=b'],
      '--route: the secret is neither hexadecimal nor base64',
    ],
    [['check', '--targets', 'telegram,nothing'], '"nothing" is neither a file nor a built-in group'],
    [['check', '--targets', '/nowhere/x.csv'], '--targets, /nowhere/x.csv: no such file'],
    [['check', '--targets', '-', '--routes', '-'], '--routes, standard input: standard input can be read only once'],
    [['check', '--ca', '/dev/null'], '--ca, /dev/null: holds no PEM certificate'],
    [['check', '--json', '/nowhere/x'], '--json, /nowhere/x: the folder does not exist'],
    [['check', '--json', '-', '--csv', '-'], '--csv: standard output is named for two outputs'],
    [['convert', '/nowhere.json', '--csv', '-'], '/nowhere.json: no such file'],
    [['convert', '/dev/null'], 'names no output'],
  ])('%j is exit 2 and says %s', async (words, message) => {
    const { code, out, err } = await runWords(...words);
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toMatch(/\n\s+at |Error:/);
  });

  it('names every problem at once', async () => {
    const { err } = await runWords('check', '--profile', 'x', '--dns', 'y', '--route', 'z', '--json', '/nowhere/j');
    for (const option of ['--profile', '--dns', '--route', '--json']) expect(err).toContain(option);
  });

  it.each([
    [['socks5://bob:hunter2@h.example:1']],
    [['check', 'socks5://bob:hunter2@h.example:1']],
    [['check', '--rout=socks5://bob:hunter2@h.example:1']],
    [['check', '--route', 'socks5://bob:hunter2@h.example:0']],
    [['check', '--route', 'bob:hunter2@h.example:1080@x']],
    [['check', '--targets', 'https://bob:hunter2@h.example/']],
    [['lookup', 'http://bob:hunter2@h.example/']],
    [['-xhunter2']],
  ])('never repeats a password: %j', async (words) => {
    const { code, err } = await runWords(...words);
    expect(code).toBe(2);
    expect(err).not.toContain('hunter2');
  });
});

describe('waylight convert', () => {
  it('writes the other forms, redacted as asked', async () => {
    const report = join(folder, 'report.json');
    await writeFile(report, JSON.stringify(sampleReport({ redaction: 'standard' })));
    const markdown = join(folder, 'out.md');
    expect(await runWords('convert', report, '--markdown', markdown, '--redact', 'strict')).toMatchObject({ code: 0 });
    expect(await readFile(markdown, 'utf8')).toContain('Route 2');
    const page = await runWords('convert', report, '--html', '-', '--redact', 'strict');
    expect(page).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^<!doctype html>.*Route 2.*<\/html>\n$/s),
    });
    const { out } = await runWords('convert', report, '--csv', '-');
    expect(out.split('\r\n')).toHaveLength(8);
    const lines = await runWords('convert', report, '--ooni', '-');
    expect(lines).toMatchObject({ code: 0, err: '' });
    const names = lines.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).test_name);
    expect(names).toEqual(Array(6).fill('waylight'));
  });

  it('names the file and the field of what is no report', async () => {
    const file = join(folder, 'bad.json');
    await writeFile(file, JSON.stringify({ ...sampleReport(), routes: 7 }));
    const { code, err } = await runWords('convert', file, '--csv', '-');
    expect(code).toBe(2);
    expect(err).toContain(`${file}, routes: is not a waylight.report/1 report`);
  });
});
