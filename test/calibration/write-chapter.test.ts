import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CaseSpec, createCases } from './create-cases.ts';
import { drawReliability } from './draw-reliability.ts';
import type { PlayedHost } from './play-case.ts';
import { joinCases } from './read-calibration.ts';
import { readHosts } from './read-hosts.ts';
import { begin, binsOf, end, replaceChapter, writeChapter, writeHosts } from './write-chapter.ts';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

const aSpec = (id: string, change: Partial<CaseSpec>): CaseSpec => ({
  id,
  cause: 'network',
  form: 'silent',
  control: true,
  failing: 2,
  answering: 0,
  circumstance: 'plain',
  seed: 1,
  ...change,
});
const aHost = (caseId: string, change: Partial<PlayedHost>): PlayedHost => ({
  caseId,
  host: 'subject',
  cause: 'network',
  band: 'likely',
  score: 0.9,
  otherwise: 'local',
  capped: [],
  ...change,
});

const specs = [
  aSpec('a', {}),
  aSpec('b', { cause: 'down', failing: 0, answering: 2 }),
  aSpec('c', { cause: 'local' }),
  aSpec('d', { cause: 'part', answering: 1 }),
];
const hosts = [
  aHost('a', {}),
  aHost('a', { host: 'sibling-1', score: 0.8, band: 'possible' }),
  aHost('b', { cause: 'down', band: 'unlikely', score: 0.2, otherwise: 'down' }),
  aHost('c', { cause: 'local' }),
  aHost('d', { cause: 'part', band: 'possible', score: 0.6, capped: ['mixed-range', 'no-repeat'] }),
];

describe('the chapter on calibration', () => {
  const chapter = writeChapter(joinCases(specs, hosts));

  it('names every wrong accusation, and counts all hosts, not only the one asked about', () => {
    expect(chapter).toContain('- 4 cases, in them 5 failed hosts on the cloud with a known cause.');
    expect(chapter).toContain('no range is blocked: 1 of 2 hosts, 1 of them the host asked about.');
    expect(chapter).toContain('| likely | local, silent; control; no neighbours answer | 1 | 0.90 | local |');
    expect(chapter).toContain('no tunnel): 1 of 1 `likely`.');
  });

  it('has the tables and the Brier scores of its cases', () => {
    expect(chapter).toContain('| **its whole prefix is blocked** | 1 | · | · | · | · |');
    expect(chapter).toContain('| **a part of its prefix is blocked** | · | 1 | · | · | · |');
    expect(chapter).toContain('| down | · | 1 | · | · | · | · | · |');
    // Whole: (.1² + .2² + .9² + .6²) / 4; with the part: (.1² + .2² + .9² + .4²) / 4.
    expect(chapter).toContain('0.305 (always saying the share: 0.188)');
    expect(chapter).toContain('0.255 (always saying the share: 0.250)');
    expect(chapter).toContain('| 0.9–1.0 | 2 | 0.90 | 0.50 | 0.50 |');
    expect(chapter).toContain('| 0.6–0.7 | 1 | 0.60 | 0.00 | 1.00 |');
  });

  it('takes its place on the page, again and again, and nothing else', () => {
    const page = `before\n\n${begin}\n${end}\n\nafter\n`;
    const once = replaceChapter(page, chapter);
    expect(once).toBe(`before\n\n${begin}\n\n${chapter}\n${end}\n\nafter\n`);
    expect(replaceChapter(once, chapter)).toBe(once);
    expect(() => replaceChapter('no marks', chapter)).toThrow('no place');
    expect(() => replaceChapter(`${end}\n${begin}`, chapter)).toThrow('no place');
  });

  it('is made of a list of hosts that can be read again', () => {
    expect(readHosts(writeHosts(hosts))).toEqual(hosts);
    expect(() => readHosts('case,host,cause,score,band,otherwise,capped\na,subject,weather,,none,,\n')).toThrow(
      'weather',
    );
    expect(() => joinCases(specs, hosts.slice(0, 2))).toThrow('nothing was played of b');
  });
});

describe('docs/collateral.md', () => {
  const published = readHosts(read('collateral-cases.csv'));
  const cases = joinCases(createCases(), published);

  it('says what the published list of hosts holds, of every case there is', () => {
    expect(replaceChapter(read('collateral.md'), writeChapter(cases))).toBe(read('collateral.md'));
    expect(new Set(published.map(({ caseId }) => caseId)).size).toBe(createCases().length);
  });

  it('shows it in the plot', () => {
    const plot = drawReliability(binsOf(cases, 'any-part'), binsOf(cases, 'whole'));
    expect(read('collateral-reliability.svg')).toBe(plot);
    // Two of them explain the others.
    expect(plot.match(/<circle/g)).toHaveLength(2 + 2 * binsOf(cases, 'whole').length);
    expect(plot).toContain('prefers-color-scheme: dark');
    expect(plot).not.toContain('NaN');
  });

  it('says first that the cases are simulated', () => {
    expect(read('collateral.md')).toMatch(/## Calibration\n\n\*\*These are simulated cases/);
  });
});
