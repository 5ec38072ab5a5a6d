import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHost } from '../../../app/host/create-host.ts';
import type { Host, HostPorts, PrintedFile } from '../../../app/host/ports.ts';
import { matchLanguage } from '../../../app/host/report-calls.ts';
import { type TestPorts, testPorts } from '../../support/a-host.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { watchHost } from '../../support/watch-host.ts';

const hosts: { readonly host: Host; readonly ports: TestPorts }[] = [];

afterEach(async () => {
  for (const { host, ports } of hosts.splice(0)) {
    await host.close();
    ports.remove();
  }
});

/** An engine that writes a file with what it was asked for in it. */
async function open(changes: Partial<HostPorts> = {}) {
  const engine = fakeEngine((message) => {
    if (message.type !== 'ask' || !['writeReport', 'writeLetter'].includes(message.name)) return undefined;
    const { format } = message.input as { readonly format: string };
    const file = {
      name: format === 'html' ? 'waylight.html' : 'waylight.txt',
      mediaType: 'text/plain',
      text: JSON.stringify(message.input),
    };
    return { type: 'answer', id: message.id, answer: { ok: true, value: file } };
  });
  const ports = testPorts(() => engine.child, changes);
  const host = await createHost(ports);
  hosts.push({ host, ports });
  return { ...watchHost(host), host, ports };
}

describe('reports that leave the app', () => {
  const wish = { runId: 'run', redaction: 'standard' } as const;

  it('are written in the language that was chosen, or in the machine’s own', async () => {
    const spare = testPorts(() => fakeEngine().child);
    spare.remove();
    const { ask, ports } = await open({ info: { ...spare.info, language: 'fa-IR' } });
    await ask('saveReport', { ...wish, format: 'html' });
    await ask('changeSettings', { language: 'ru' });
    await ask('saveReport', { ...wish, format: 'csv' });
    expect(ports.saved.map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      { ...wish, format: 'html', language: 'fa' },
      { ...wish, format: 'csv', language: 'ru' },
    ]);
  });

  it('are copied as Markdown', async () => {
    const { ask, ports } = await open();
    expect(await ask('copyReport', wish)).toEqual({ outcome: 'done' });
    expect(ports.copied.map((text) => JSON.parse(text) as unknown)).toEqual([
      { ...wish, format: 'markdown', language: 'en' },
    ]);
  });

  it('come to nothing worse than a problem where the host cannot save', async () => {
    const { problemsOf } = await open({
      saveFile: () => Promise.reject(new Error('/home/somebody is full')),
    });
    expect(await problemsOf('saveReport', { ...wish, format: 'json' })).toEqual(['host-cannot']);
  });

  it('say which of the system’s reasons there was, and no path', async () => {
    const full = Object.assign(new Error('ENOSPC: /home/somebody/x'), { code: 'ENOSPC' });
    const { host } = await open({ saveFile: () => Promise.reject(full) });
    const answer = await host.call('saveReport', { ...wish, format: 'ooni' });
    expect(answer).toEqual({ ok: false, problems: [{ code: 'output-not-writable', params: { code: 'ENOSPC' } }] });
  });

  it('are printed from the page where the host prints', async () => {
    const saved: PrintedFile[] = [];
    const pdf = {
      print: async (page: string) => Buffer.from(`%PDF ${page}`),
      save: async (file: PrintedFile) => {
        saved.push(file);
        return { outcome: 'saved', name: file.name } as const;
      },
    };
    const { ask } = await open({ pdf });
    expect(await ask('saveReport', { ...wish, format: 'pdf' })).toEqual({ outcome: 'saved', name: 'waylight.pdf' });
    expect(saved[0]?.mediaType).toBe('application/pdf');
    const [file] = saved;
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe(
      `%PDF ${JSON.stringify({ ...wish, format: 'html', language: 'en' })}`,
    );
  });

  it('are not printed where it cannot, and nobody is asked where to save what could not be printed', async () => {
    const web = await open();
    expect(await web.problemsOf('saveReport', { ...wish, format: 'pdf' })).toEqual(['host-cannot']);
    const save = vi.fn();
    const broken = await open({ pdf: { print: () => Promise.reject(new Error('gone')), save } });
    expect(await broken.problemsOf('saveReport', { ...wish, format: 'pdf' })).toEqual(['pdf-failed']);
    expect(save).not.toHaveBeenCalled();
  });

  it('know which language of ours a machine speaks', () => {
    const tags = ['en-GB', 'ru', 'RU_ru', 'fa-AF', 'zh-CN', 'zh-Hant-TW', 'de', '', 'C'];
    expect(tags.map(matchLanguage)).toEqual(['en', 'ru', 'ru', 'fa', 'zh-Hans', 'zh-Hans', 'en', 'en', 'en']);
  });
});

describe('letters', () => {
  const letter = {
    runId: 'run',
    targetId: 'site',
    audience: 'isp',
    language: 'fa',
    redaction: 'standard',
  } as const;

  it('are shown and copied as Markdown, and saved as asked, in their own language', async () => {
    const { ask, ports } = await open();
    const preview = await ask('previewLetter', letter);
    expect(JSON.parse(preview.text)).toEqual({ ...letter, format: 'markdown' });
    expect(await ask('copyLetter', letter)).toEqual({ outcome: 'done' });
    await ask('saveLetter', { ...letter, format: 'html' });
    expect(ports.copied.map((text) => JSON.parse(text) as unknown)).toEqual([{ ...letter, format: 'markdown' }]);
    expect(ports.saved.map(({ text }) => JSON.parse(text) as unknown)).toEqual([{ ...letter, format: 'html' }]);
  });

  it.each([
    { ...letter, redaction: 'none' },
    { ...letter, audience: 'everybody' },
    { ...letter, language: 'de' },
    { ...letter, targetId: 'x'.repeat(129) },
    { ...letter, more: 1 },
    {},
  ])('are refused for %j', async (input) => {
    const { host } = await open();
    for (const name of ['previewLetter', 'copyLetter']) {
      expect(await host.call(name, input)).toMatchObject({ ok: false, problems: [{ code: 'call-malformed' }] });
    }
    expect(await host.call('saveLetter', { ...input, format: 'markdown' })).toMatchObject({ ok: false });
  });
});
