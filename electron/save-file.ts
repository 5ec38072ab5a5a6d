import { basename, extname } from 'node:path';
import type { BaseWindow, Dialog } from 'electron';
import type { PrintedFile, SavedFile } from '../app/host/ports.ts';
import { writeFileAtomically } from '../app/write-file-atomically.ts';
import type { SaveOutcome } from '../model/contract.ts';

/**
 * Asks the person where a file goes and writes it there; nobody else names a path. Rejects with Node's error where it
 * cannot be written.
 * @param title of the dialog
 */
export async function saveFile(
  dialog: Pick<Dialog, 'showSaveDialog'>,
  window: BaseWindow | undefined,
  title: string,
  file: SavedFile | PrintedFile,
): Promise<SaveOutcome> {
  const name = basename(file.name.replaceAll('\\', '/'));
  const extension = extname(name).slice(1);
  const options = {
    title,
    defaultPath: name,
    filters: extension === '' ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }],
  };
  const { canceled, filePath } = await (window
    ? dialog.showSaveDialog(window, options)
    : dialog.showSaveDialog(options));
  if (canceled || filePath === '') return { outcome: 'cancelled' };
  await writeFileAtomically(filePath, 'text' in file ? file.text : file.bytes);
  return { outcome: 'saved', name: basename(filePath) };
}
