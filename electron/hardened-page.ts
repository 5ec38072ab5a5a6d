import type { WebPreferences } from 'electron';

/** What holds for every page of ours: the sandbox, no Node, nothing embedded, nothing dropped onto it to go to. */
export const hardenedPage = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  plugins: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const satisfies WebPreferences;
