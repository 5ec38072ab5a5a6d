import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSpeaker } from '../../app/words/speaker.ts';
import type { Language } from '../../model/choices.ts';
import { findTool, requireTool } from '../support/require-tool.ts';
import { aFolder } from './a-folder.ts';
import { askFor, hasBrowser, heard, isOver, listen, outFolder } from './ask-page.ts';
import { startDesktop } from './start-desktop.ts';

const hasReader = findTool('pdftotext') !== null || requireTool(['pdftotext']);
const poppler = (name: 'pdfinfo' | 'pdftotext', ...words: string[]) =>
  execFileSync(name, words, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });

/** A practice run in one language, printed through the page as a person does; what Poppler reads of it. */
async function printPractice(language: Language) {
  const { page, app, close } = await startDesktop({ dataFolder: aFolder(), outFolder });
  try {
    await askFor(page, 'changeSettings', { language });
    await askFor(page, 'giveConsent');
    await listen(page);
    const { runId } = await askFor(page, 'startPractice', { scenario: 'russia-2018' });
    await heard(page, isOver);
    const { text } = await askFor(page, 'previewReport', { runId, redaction: 'standard' });
    const file = join(mkdtempSync(join(tmpdir(), 'waylight-pdf-')), 'report.pdf');
    await app.answerSaveDialog(file);
    const saved = await askFor(page, 'saveReport', { runId, redaction: 'standard', format: 'pdf' });
    await app.next('window', ({ event }) => event === 'closed');
    return {
      saved,
      summary: text,
      bytes: readFileSync(file),
      info: poppler('pdfinfo', file),
      text: poppler('pdftotext', '-layout', file, '-'),
      pages: poppler('pdftotext', '-layout', file, '-').split('\f').slice(0, -1),
      structure: poppler('pdfinfo', '-struct', file),
      printed: app.all('print'),
      dialog: app.all('dialog')[0],
      requests: app.all('request').filter(({ address }) => address.includes('/print/')),
      stray: app.all('request').filter(({ outcome }) => outcome === 'no-network'),
    };
  } finally {
    await close();
  }
}

describe.skipIf(!hasBrowser || !hasReader)('a report printed by the desktop app', { timeout: 120_000 }, () => {
  it('is a tagged PDF that another program reads: the answer, the services, AWS', async () => {
    const { saved, bytes, info, text, pages, structure, dialog, requests, stray, printed, summary } =
      await printPractice('en');
    expect(saved).toMatchObject({ outcome: 'saved', name: 'report.pdf' });
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(dialog).toMatchObject({ options: { filters: [{ name: 'PDF', extensions: ['pdf'] }] } });
    expect(info).toMatch(/^Title:\s+Waylight report$/m);
    expect(info).toMatch(/^Tagged:\s+yes$/m);
    expect(info).toMatch(/^JavaScript:\s+no$/m);
    expect(info).toMatch(/^Page size:\s+59[45](\.\d+)? x 84[12](\.\d+)? pts \(A4\)$/m);
    expect(structure).toMatch(/\bTable\b/);
    expect(structure).toMatch(/\bTH\b/);
    expect(bytes.toString('latin1')).toMatch(/\/Lang \(en\)/);

    // The first sentence of the summary, as the lines of a page are broken elsewhere.
    const flat = (said: string) => said.replace(/[\s\\*]+/g, ' ');
    const [answer = ''] = /\*\*(.*?)\*\*/s.exec(summary)?.slice(1) ?? [];
    expect(answer).toContain('Practice network');
    expect(flat(text)).toContain(flat(answer));
    expect(text).toContain('GitHub');
    expect(text).toContain('Hosts on AWS');
    // A host of the practice network of 2018, with the address it lives at.
    expect(text).toContain('52.58.1.1');
    // What is folded away on the screen is open on paper.
    expect(text).toContain('What was seen');

    // Nothing was asked for but the page itself, once; and nothing is left of the window.
    expect(requests.map(({ outcome }) => outcome)).toEqual(['served']);
    expect(stray).toEqual([]);
    expect(bytes.toString('latin1') + text).not.toMatch(/app:\/\/|app\.invalid|file:|\/tmp\//);
    expect(printed).toHaveLength(1);

    // The head of a table is never the last thing on a page.
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(page.trimEnd().split('\n').at(-1)).not.toMatch(/^\s*(Service|No\.)\s{2,}/);
  });

  it('says Persian in an order that can be read, from right to left', async () => {
    const { text, bytes, info } = await printPractice('fa');
    const speaker = await openSpeaker('fa');
    expect(info).toMatch(/^Tagged:\s+yes$/m);
    expect(bytes.toString('latin1')).toMatch(/\/Lang \(fa\)/);
    // Where Latin letters begin within a line Poppler may leave the space out, and marks of direction are no letters.
    const bare = (said: string) => said.normalize('NFKC').replace(/[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/g, '');
    const plain = bare(text);
    for (const key of ['heading-matrix', 'heading-aws', 'heading-problems'] as const) {
      expect(plain.includes(bare(speaker.say(key))), key).toBe(true);
    }
    expect(plain).toContain('GitHub');
  });
});
