import { randomUUID } from 'node:crypto';
import type { BrowserWindow, BrowserWindowConstructorOptions, Session } from 'electron';
import { appOrigin } from './app-address.ts';
import { hardenedPage } from './hardened-page.ts';

/** What is used of a window: a page is loaded into it, printed, and gone. */
type PrintWindow = Pick<BrowserWindow, 'destroy' | 'loadURL'> & {
  readonly webContents: Pick<BrowserWindow['webContents'], 'once' | 'printToPDF'>;
};

export interface PrintTools {
  readonly createWindow: (options: BrowserWindowConstructorOptions) => PrintWindow;
  /** For nothing else than printing. Its guards are up already; here it is left with one address. */
  readonly session: Session;
  /** Milliseconds until a print is given up. */
  readonly timeoutMs?: number;
  /** Longest page, in UTF-16 units. */
  readonly mostText?: number;
}

/** The page needs nothing but its own style; whatever a hostile name in it tries, nothing else is loaded or run. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-dns-prefetch-control': 'off',
};

/**
 * Prints pages of our own to PDF (A4, tagged, with an outline) in a hidden window that runs no script and can reach nothing but
 * the page itself, one after another. Nothing is written to the disk, and the window is always destroyed. Rejects where it
 * takes too long, its process dies or Chromium cannot print it.
 */
export function createPdfPrinter(tools: PrintTools): (page: string) => Promise<Uint8Array> {
  const { createWindow, session, timeoutMs = 60_000, mostText = 32 * 1024 * 1024 } = tools;
  /** The page that is printed now, by its address: it is given out once. */
  const waiting = new Map<string, string>();
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !waiting.has(url) }));
  session.protocol.handle('app', ({ url, method }) => {
    const page = waiting.get(url);
    waiting.delete(url);
    return page === undefined || method !== 'GET'
      ? new Response(null, { status: 404, headers })
      : new Response(page, { headers });
  });

  const print = async (page: string): Promise<Uint8Array> => {
    const address = `${appOrigin}/print/${randomUUID()}`;
    waiting.set(address, page);
    const window = createWindow(printWindowOptions(session));
    let timer: NodeJS.Timeout | undefined;
    const broken = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('printing took too long')), timeoutMs);
      window.webContents.once('render-process-gone', () => reject(new Error('the printing page was lost')));
    });
    const printed = window.loadURL(address).then(() => window.webContents.printToPDF(pdfOptions));
    // What comes of it after it was given up is nobody's business any more.
    printed.catch(() => {});
    try {
      return await Promise.race([printed, broken]);
    } finally {
      clearTimeout(timer);
      waiting.delete(address);
      window.destroy();
    }
  };

  let last: Promise<unknown> = Promise.resolve();
  return (page) => {
    if (page.length > mostText) return Promise.reject(new RangeError('the page is too long to be printed'));
    const printed = last.then(() => print(page));
    last = printed.catch(() => {});
    return printed;
  };
}

const pdfOptions = {
  pageSize: 'A4',
  // The page has margins and a size of its own (@page).
  preferCSSPageSize: true,
  printBackground: true,
  generateTaggedPDF: true,
  generateDocumentOutline: true,
} as const;

function printWindowOptions(session: Session): BrowserWindowConstructorOptions {
  return {
    show: false,
    width: 800,
    height: 1100,
    skipTaskbar: true,
    webPreferences: {
      ...hardenedPage,
      session,
      javascript: false,
      images: false,
      webgl: false,
      devTools: false,
    },
  };
}
