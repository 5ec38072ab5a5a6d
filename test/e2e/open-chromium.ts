import { type Browser, chromium } from 'playwright-core';
import { findTool } from '../support/require-tool.ts';

/** Debian's Chromium without anything that would call out by itself. */
export function openChromium(): Promise<Browser> {
  const executablePath = findTool('chromium');
  if (executablePath === null) throw new Error('chromium is not here');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
