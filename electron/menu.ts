import type { MenuItemConstructorOptions } from 'electron';
import type { LinkName } from '../model/contract.ts';
import type { DesktopWords } from './desktop-words.ts';

export interface MenuActions {
  readonly open: () => void;
  readonly check: () => void;
  readonly quit: () => void;
  readonly openLink: (link: LinkName) => void;
}

interface MenuWishes {
  readonly words: DesktopWords;
  readonly actions: MenuActions;
  readonly platform: NodeJS.Platform;
  readonly isPackaged: boolean;
}

type Item = MenuItemConstructorOptions;
const line: Item = { type: 'separator' };

/** The menu bar. macOS hands its keys (copy, close, quit) out by the menu alone, so they all stand here. */
export function menuTemplate({ words, actions, platform, isPackaged }: MenuWishes): Item[] {
  const isMac = platform === 'darwin';
  const quit: Item = { role: 'quit', label: words.quit };
  const check: Item = { label: words.check, accelerator: 'CmdOrCtrl+Shift+R', click: () => actions.check() };
  const about: Item = { role: 'about', label: words.about };
  const developer: Item[] = isPackaged
    ? []
    : [line, { role: 'reload', label: words.reload }, { role: 'toggleDevTools', label: words.developerTools }];
  const hiding: Item[] = [
    { role: 'hide', label: words.hide },
    { role: 'hideOthers', label: words.hideOthers },
    { role: 'unhide', label: words.showAll },
  ];
  const application: Item[] = isMac ? [{ label: 'Waylight', submenu: [about, line, ...hiding, line, quit] }] : [];
  return [
    ...application,
    { label: words.file, submenu: isMac ? [check] : [check, line, quit] },
    { label: words.edit, submenu: editItems(words) },
    { label: words.view, submenu: [{ role: 'togglefullscreen', label: words.fullScreen }, ...developer] },
    {
      label: words.window,
      submenu: [
        { role: 'minimize', label: words.minimise },
        { role: 'close', label: words.close },
      ],
    },
    {
      label: words.help,
      submenu: [
        { label: words.website, click: () => actions.openLink('website') },
        { label: words.security, click: () => actions.openLink('security') },
        ...(isMac ? [] : [line, about]),
      ],
    },
  ];
}

function editItems(words: DesktopWords): Item[] {
  return [
    { role: 'undo', label: words.undo },
    { role: 'redo', label: words.redo },
    line,
    { role: 'cut', label: words.cut },
    { role: 'copy', label: words.copy },
    { role: 'paste', label: words.paste },
    { role: 'selectAll', label: words.selectAll },
  ];
}

/** What a right click gives: routes are pasted, and answers are copied, by mouse too. Empty where it would do nothing. */
export function contextTemplate(
  place: { readonly isEditable: boolean; readonly selectionText: string },
  words: DesktopWords,
): Item[] {
  if (place.isEditable) return editItems(words);
  return place.selectionText.trim() === '' ? [] : [{ role: 'copy', label: words.copy }];
}

export function trayTemplate(words: DesktopWords, actions: MenuActions): Item[] {
  return [
    { label: words.open, click: () => actions.open() },
    { label: words.check, click: () => actions.check() },
    line,
    { label: words.quit, click: () => actions.quit() },
  ];
}
