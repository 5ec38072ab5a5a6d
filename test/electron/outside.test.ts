import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { saveFile } from '../../electron/save-file.ts';
import { parseProxyList, readSystemProxies } from '../../electron/system-proxies.ts';
import { createUpdates, isReleaseAddress, type UpdateTools } from '../../electron/updates.ts';
import { emitting } from './emit.ts';

const folder = mkdtempSync(join(tmpdir(), 'waylight-save-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('saving a file', () => {
  const file = { name: 'report.html', mediaType: 'text/html', text: '<p>' };
  const answering = (filePath: string, canceled = false) => ({
    showSaveDialog: vi.fn(async (..._words: unknown[]) => ({ canceled, filePath })),
  });

  it('goes where the person says, and tells the page the name only', async () => {
    const dialog = answering(join(folder, 'mine.html'));
    expect(await saveFile(dialog, undefined, 'Save', file)).toEqual({ outcome: 'saved', name: 'mine.html' });
    expect(readFileSync(join(folder, 'mine.html'), 'utf8')).toBe('<p>');
    expect(dialog.showSaveDialog.mock.calls).toEqual([
      [{ title: 'Save', defaultPath: 'report.html', filters: [{ name: 'HTML', extensions: ['html'] }] }],
    ]);
  });

  it('writes bytes as they are', async () => {
    const bytes = new Uint8Array([37, 80, 68, 70, 0, 255, 10]);
    const printed = { name: 'report.pdf', mediaType: 'application/pdf', bytes };
    await saveFile(answering(join(folder, 'mine.pdf')), undefined, 'Save', printed);
    expect(new Uint8Array(readFileSync(join(folder, 'mine.pdf')))).toEqual(bytes);
  });

  it('is given up by the person, or fails with the system’s own code', async () => {
    expect(await saveFile(answering('', true), undefined, 'Save', file)).toEqual({ outcome: 'cancelled' });
    const failure = saveFile(answering(join(folder, 'no', 'such', 'x.html')), undefined, 'Save', file);
    await expect(failure).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('suggests no path, whatever the name says', async () => {
    for (const [name, suggested] of [
      ['../../.bashrc', '.bashrc'],
      ['C:\\Windows\\x.html', 'x.html'],
      ['/etc/passwd', 'passwd'],
    ] as const) {
      const dialog = answering('', true);
      await saveFile(dialog, undefined, 'Save', { ...file, name });
      expect(dialog.showSaveDialog.mock.calls[0]?.[0]).toMatchObject({ defaultPath: suggested });
    }
  });
});

describe('the system’s proxies', () => {
  it('are read from what a PAC script answers', () => {
    expect(parseProxyList('PROXY 10.0.0.1:8080; SOCKS5 [2001:db8::1]:1080; SOCKS a.b:1; HTTPS c:443; DIRECT')).toEqual([
      'http://10.0.0.1:8080',
      'socks5h://[2001:db8::1]:1080',
      'socks4://a.b:1',
      'https://c:443',
    ]);
    expect(parseProxyList('DIRECT')).toEqual([]);
    expect(parseProxyList('PROXY a:1; PROXY a:1')).toEqual(['http://a:1']);
  });

  it.each(['PROXY', 'PROXY me:hunter2@a:1', 'PROXY a', 'EVIL a:1', 'PROXY a:1/../x', 'constructor a:1', ';;;', ''])(
    'are none in %j',
    (answer) => expect(parseProxyList(answer)).toEqual([]),
  );

  it('are none where the system cannot say', async () => {
    expect(await readSystemProxies({ resolveProxy: () => Promise.reject(new Error('PAC')) })).toEqual([]);
    expect(await readSystemProxies({ resolveProxy: async () => `PROXY a:1;${'x'.repeat(1e6)}` })).toEqual([
      'http://a:1',
    ]);
  });
});

type Updater = Awaited<ReturnType<UpdateTools['load']>>;

function anUpdater(over: Partial<Updater> = {}) {
  const onBeforeRequest = vi.fn();
  const updater = emitting<Updater>({
    autoDownload: true,
    netSession: { webRequest: { onBeforeRequest } } as unknown as Electron.Session,
    checkForUpdates: vi.fn(async () => null),
    downloadUpdate: vi.fn(async () => []),
    ...over,
  } as Partial<Updater>);
  const tell = vi.fn<UpdateTools['tell']>();
  const load = vi.fn(async () => updater);
  return { updater, tell, load, onBeforeRequest };
}

describe('updates', () => {
  it('load nothing until the person allows them, and never in development', async () => {
    const { load, tell } = anUpdater();
    await createUpdates({ load, tell, isPackaged: true }).allow(false);
    await createUpdates({ load, tell, isPackaged: false }).allow(true);
    expect(load).not.toHaveBeenCalled();
  });

  it('are asked for once, and downloaded when the person says so', async () => {
    const { updater, load, tell } = anUpdater();
    const updates = createUpdates({ load, tell, isPackaged: true });
    await updates.allow(true);
    await updates.allow(true);
    expect(updater.checkForUpdates).toHaveBeenCalledOnce();
    expect([updater.autoDownload, updater.allowDowngrade, updater.logger]).toEqual([false, false, null]);
    updater.emit('update-available', { version: '2.0.0' });
    expect(updater.downloadUpdate).not.toHaveBeenCalled();
    expect(tell.mock.lastCall?.slice(0, 2)).toEqual(['available', '2.0.0']);
    tell.mock.lastCall?.[2]();
    expect(updater.downloadUpdate).toHaveBeenCalledOnce();
    updater.emit('update-downloaded', { version: '2.0.0' });
    expect(tell.mock.lastCall?.slice(0, 2)).toEqual(['ready', '2.0.0']);
  });

  it('ask nobody but the release page', async () => {
    const { load, tell, onBeforeRequest } = anUpdater();
    await createUpdates({ load, tell, isPackaged: true }).allow(true);
    const cancelled = (url: string) => {
      const answer = vi.fn();
      onBeforeRequest.mock.lastCall?.[0]({ url }, answer);
      return answer.mock.lastCall?.[0].cancel;
    };
    expect(cancelled('https://github.com/waylight/waylight/releases.atom')).toBe(false);
    expect(cancelled('https://release-assets.githubusercontent.com/x')).toBe(false);
    for (const url of ['http://github.com/', 'https://github.com.evil.org/', 'https://evil.org/', 'file:///x', '']) {
      expect([url, cancelled(url), isReleaseAddress(url)]).toEqual([url, true, false]);
    }
  });

  it('that cannot be asked for harm nothing', async () => {
    const offline = anUpdater({ checkForUpdates: () => Promise.reject(new Error('net::ERR_BLOCKED')) });
    const { load, tell } = offline;
    await createUpdates({ load, tell, isPackaged: true }).allow(true);
    // An emitter without a listener for it would throw.
    expect(() => offline.updater.emit('error', new Error('x'))).not.toThrow();
    const missing = () => Promise.reject(new Error('not found'));
    await createUpdates({ load: missing, tell, isPackaged: true }).allow(true);
    expect(tell).not.toHaveBeenCalled();
  });
});
