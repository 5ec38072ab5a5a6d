import type { App, Dialog } from 'electron';
import { desktopWords, fillIn } from './desktop-words.ts';

/** A part of the program is missing or damaged, or its folder cannot be used: said in a word, without the error's message. */
export function failStart(app: Pick<App, 'exit'>, dialog: Pick<Dialog, 'showErrorBox'>, error: unknown): void {
  const { startFailedTitle, startFailedBody } = desktopWords('en');
  const { code, name } = Object(error) as Partial<NodeJS.ErrnoException>;
  dialog.showErrorBox(startFailedTitle, fillIn(startFailedBody, { name: code ?? name ?? 'unknown' }));
  app.exit(1);
}
