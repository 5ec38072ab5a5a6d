import { afterEach, describe, expect, it } from 'vitest';
import { createHost } from '../../../app/host/create-host.ts';
import type { Host, HostPorts } from '../../../app/host/ports.ts';
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
    if (message.type !== 'ask' || message.name !== 'writeReport') return undefined;
    const file = { name: 'waylight.txt', mediaType: 'text/plain', text: JSON.stringify(message.input) };
    return { type: 'answer', id: message.id, answer: { ok: true, value: file } };
  });
  const ports = testPorts(() => engine.child, changes);
  const host = await createHost(ports);
  hosts.push({ host, ports });
  return { ...watchHost(host), ports };
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

  it('know which language of ours a machine speaks', () => {
    const tags = ['en-GB', 'ru', 'RU_ru', 'fa-AF', 'zh-CN', 'zh-Hant-TW', 'de', '', 'C'];
    expect(tags.map(matchLanguage)).toEqual(['en', 'ru', 'ru', 'fa', 'zh-Hans', 'zh-Hans', 'en', 'en', 'en']);
  });
});
