import type { App } from 'electron';

/** A disk that hangs must not keep a person from quitting. */
const patienceMs = 5000;

/**
 * Ends the app in order: the run under way is stopped and what is still to be written is written, then the process goes.
 * @param release is told before the windows close
 */
export function endApp(
  app: Pick<App, 'on' | 'exit' | 'quit'>,
  {
    platform,
    release,
    close,
  }: { readonly platform: NodeJS.Platform; readonly release: () => void; readonly close: () => Promise<void> },
): void {
  let isOver = false;
  app.on('before-quit', release);
  app.on('window-all-closed', () => {
    // On macOS an app stays until it is quit.
    if (platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (isOver) return;
    isOver = true;
    const timer = setTimeout(() => app.exit(0), patienceMs);
    void close()
      .catch(() => {})
      .then(() => {
        clearTimeout(timer);
        app.exit(0);
      });
  });
}
