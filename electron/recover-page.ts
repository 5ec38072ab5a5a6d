import type { WebContents } from 'electron';

const most = 3;
const withinMs = 60_000;

/**
 * Opens the page anew when its process is gone: it keeps nothing that the host does not know. A page that goes again and
 * again is given up.
 * @param now milliseconds that only rise
 */
export function recoverPage(
  contents: Pick<WebContents, 'on' | 'reload'>,
  { now, giveUp }: { readonly now: () => number; readonly giveUp: () => void },
): void {
  let losses: readonly number[] = [];
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    losses = [...losses.filter((at) => now() - at < withinMs), now()];
    if (losses.length <= most) contents.reload();
    else giveUp();
  });
}
