import type { Bridge } from '../../model/contract.ts';
import { createWebBridge } from './web-bridge.ts';

declare global {
  interface Window {
    /** What the desktop's preload script exposes. */
    readonly api?: Bridge;
  }
}

/** The host this page was opened by: the desktop app where its preload script left an `api`, else the web host. */
export async function findBridge(): Promise<Bridge> {
  return window.api ?? createWebBridge();
}
