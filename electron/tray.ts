import { join } from 'node:path';
import type { Menu, MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import type { DesktopWords } from './desktop-words.ts';
import type { LastAnswer } from './last-answer.ts';

export interface TrayTools {
  readonly createTray: (
    image: NativeImage,
  ) => Pick<Tray, 'setImage' | 'setToolTip' | 'setContextMenu' | 'on' | 'destroy'>;
  readonly readImage: (path: string) => NativeImage;
  readonly buildMenu: (template: MenuItemConstructorOptions[]) => Menu;
  /** Holds `<answer>.png` and `<answer>Template.png`, each with its larger `@2x` beside it. */
  readonly folder: string;
  readonly platform: NodeJS.Platform;
}

export interface TrayState {
  readonly answer: LastAnswer;
  readonly words: DesktopWords;
  readonly menu: MenuItemConstructorOptions[];
  readonly onClick: () => void;
}

export interface TrayControl {
  /** Shows it, or brings it up to date. */
  show(state: TrayState): void;
  hide(): void;
}

/** The icon with the last answer: a shape of its own each, as nobody should have to tell colours apart. */
export function controlTray(tools: TrayTools): TrayControl {
  let tray: ReturnType<TrayTools['createTray']> | undefined;
  let click = () => {};
  const imageOf = (answer: LastAnswer) => {
    // macOS colours the icons of its menu bar itself and knows such by their name.
    const name = tools.platform === 'darwin' ? `${answer}Template.png` : `${answer}.png`;
    return tools.readImage(join(tools.folder, name));
  };
  return {
    show: ({ answer, words, menu, onClick }) => {
      click = onClick;
      const image = imageOf(answer);
      if (tray === undefined) {
        tray = tools.createTray(image);
        tray.on('click', () => click());
      } else {
        tray.setImage(image);
      }
      tray.setToolTip(`Waylight: ${sayAnswer(answer, words)}`);
      tray.setContextMenu(tools.buildMenu(menu));
    },
    hide: () => {
      tray?.destroy();
      tray = undefined;
    },
  };
}

function sayAnswer(answer: LastAnswer, words: DesktopWords): string {
  const said = {
    works: words.answerWorks,
    partly: words.answerPartly,
    blocked: words.answerBlocked,
    unknown: words.answerUnknown,
  };
  return said[answer];
}
