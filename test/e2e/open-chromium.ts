import { type Browser, chromium } from 'playwright-core';
import { chromiumFlags } from '../support/chromium-flags.ts';
import { findTool } from '../support/require-tool.ts';

/** Debian's Chromium without anything that would call out by itself. */
export function openChromium(): Promise<Browser> {
  const executablePath = findTool('chromium');
  if (executablePath === null) throw new Error('chromium is not here');
  return chromium.launch({
    executablePath,
    args: [...chromiumFlags],
  });
}
