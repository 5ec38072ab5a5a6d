/**
 * A defect of ours in the main process. Electron would show the message and where it happened in a dialog, and a message can
 * hold anything, a password too: only its kind is written.
 */
export function reportDefects(process: Pick<NodeJS.Process, 'on' | 'stderr'>): void {
  const report = (error: unknown) => {
    process.stderr.write(`waylight: this is a defect (${error instanceof Error ? error.name : typeof error})\n`);
  };
  process.on('uncaughtException', report);
  process.on('unhandledRejection', report);
}
