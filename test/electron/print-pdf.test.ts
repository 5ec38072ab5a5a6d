import type { BrowserWindow, BrowserWindowConstructorOptions, Session } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { createPdfPrinter, type PrintTools } from '../../electron/print-pdf.ts';
import { emitting } from './emit.ts';

type Handle = (request: { readonly url: string; readonly method: string }) => Response;
type Filter = (details: { readonly url: string }, callback: (answer: { readonly cancel: boolean }) => void) => void;

/** A session and windows that print whatever their page was, as `%PDF <page>`. */
function printing(over: Partial<PrintTools> = {}, print?: (page: string) => Promise<Buffer>) {
  let handle: Handle = () => new Response();
  let filter: Filter = () => {};
  const session = {
    protocol: { handle: vi.fn((_scheme: string, given: Handle) => (handle = given)) },
    webRequest: { onBeforeRequest: (given: Filter) => (filter = given) },
  } as unknown as Session;
  const open: BrowserWindowConstructorOptions[] = [];
  const addresses: string[] = [];
  const destroyed = vi.fn();
  const contents: { readonly emit: (name: string, ...words: unknown[]) => boolean }[] = [];
  const isCancelled = (url: string) => {
    let cancelled = false;
    filter({ url }, ({ cancel }) => (cancelled = cancel));
    return cancelled;
  };
  const createWindow = (options: BrowserWindowConstructorOptions) => {
    open.push(options);
    let page = '';
    const webContents = emitting<BrowserWindow['webContents']>({
      printToPDF: async (wishes) => {
        expect(wishes).toEqual({
          pageSize: 'A4',
          preferCSSPageSize: true,
          printBackground: true,
          generateTaggedPDF: true,
          generateDocumentOutline: true,
        });
        return (await print?.(page)) ?? Buffer.from(`%PDF ${page}`);
      },
    });
    contents.push(webContents);
    return {
      webContents,
      loadURL: async (url: string) => {
        addresses.push(url);
        if (isCancelled(url)) throw new Error('ERR_BLOCKED_BY_CLIENT');
        page = await handle({ url, method: 'GET' }).text();
      },
      destroy: destroyed,
    };
  };
  return {
    printPdf: createPdfPrinter({ createWindow, session, ...over }),
    session,
    open,
    addresses,
    destroyed,
    contents,
    isCancelled,
    ask: (url: string, method = 'GET') => handle({ url, method }),
  };
}

const text = async (bytes: Promise<Uint8Array>) => Buffer.from(await bytes).toString();

describe('printing to PDF', () => {
  it('prints a page in a window nobody sees, that runs nothing and is gone afterwards', async () => {
    const { printPdf, open, destroyed } = printing();
    expect(await text(printPdf('<p>One</p>'))).toBe('%PDF <p>One</p>');
    expect(destroyed).toHaveBeenCalledOnce();
    expect(open[0]).toMatchObject({
      show: false,
      webPreferences: {
        javascript: false,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        images: false,
        webviewTag: false,
        devTools: false,
      },
    });
    expect(open[0]?.webPreferences?.preload).toBeUndefined();
  });

  it('gives the page out once, at an address nobody can guess, and lets nothing else through', async () => {
    const given: Response[] = [];
    const { printPdf, addresses, isCancelled, ask } = printing({}, async () => {
      for (const url of ['https://evil.example/', 'file:///etc/passwd', 'app://waylight/index.html', 'devtools://x']) {
        expect(isCancelled(url)).toBe(true);
        given.push(ask(url));
      }
      // The page has it already: it is not given out again.
      expect(isCancelled(addresses[0] ?? '')).toBe(true);
      return Buffer.from('%PDF');
    });
    await printPdf('<p>secret</p>');
    expect(addresses[0]).toMatch(/^app:\/\/waylight\/print\/[0-9a-f-]{36}$/);
    expect(given.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(given[0]?.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(ask(addresses[0] ?? '').status).toBe(404);
  });

  it('destroys the window whatever goes wrong', async () => {
    const failing = printing({}, () => Promise.reject(new Error('Failed to generate PDF')));
    await expect(failing.printPdf('a')).rejects.toThrow('Failed to generate');
    expect(failing.destroyed).toHaveBeenCalledOnce();

    const hanging = printing({ timeoutMs: 20 }, () => new Promise(() => {}));
    await expect(hanging.printPdf('a')).rejects.toThrow('too long');
    expect(hanging.destroyed).toHaveBeenCalledOnce();

    const dying = printing({}, () => new Promise(() => {}));
    const printed = dying.printPdf('a');
    await vi.waitFor(() => expect(dying.contents).toHaveLength(1));
    dying.contents[0]?.emit('render-process-gone', {}, { reason: 'oom' });
    await expect(printed).rejects.toThrow('lost');
    expect(dying.destroyed).toHaveBeenCalledOnce();
  });

  it('prints one after another, also after one that failed', async () => {
    let under = 0;
    let most = 0;
    const { printPdf, destroyed } = printing({}, async (page) => {
      most = Math.max(most, ++under);
      await Promise.resolve();
      under--;
      if (page === 'b') throw new Error('no');
      return Buffer.from(page);
    });
    const all = await Promise.allSettled(['a', 'b', 'c'].map(printPdf));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect([most, destroyed.mock.calls.length]).toEqual([1, 3]);
  });

  it('refuses a page that is too long before there is any window', async () => {
    const { printPdf, open } = printing({ mostText: 10 });
    await expect(printPdf('x'.repeat(11))).rejects.toThrow('too long');
    expect(open).toEqual([]);
  });
});
