import type { WebContents } from 'electron';

type Guarded = Pick<WebContents, 'on' | 'setWindowOpenHandler' | 'setWebRTCIPHandlingPolicy'>;

/**
 * Keeps whatever was loaded where it is: the page is one document for as long as the window is open. What the app itself
 * loads, and a reload from the menu, ask none of these.
 */
export function restrictNavigation(contents: Guarded): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // WebRTC's packets pass by the content policy and by the request filter.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
