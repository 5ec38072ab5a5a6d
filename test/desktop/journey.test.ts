import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, it } from 'vitest';
import { languages } from '../../model/choices.ts';
import { playJourney } from '../e2e/play-journey.ts';
import { listen, type OpenApp } from '../e2e/start-web-app.ts';
import { aFolder } from './a-folder.ts';
import { hasBrowser, outFolder } from './ask-page.ts';
import { startDesktop } from './start-desktop.ts';

/** The desktop app as the journeys know it: what is saved goes through the save dialog, which main opens. */
async function openDesktop(): Promise<OpenApp> {
  const { page, app, close } = await startDesktop({ dataFolder: aFolder(), outFolder });
  return {
    page,
    complaints: listen(page),
    async save(press) {
      const asked = app.all('dialog').length;
      const path = join(await mkdtemp(join(tmpdir(), 'waylight-saved-')), 'report');
      await app.answerSaveDialog(path);
      await press();
      const dialog = await app.next('dialog', (happening) => app.all('dialog').indexOf(happening) >= asked);
      const { defaultPath: suggested = '' } = dialog.options as { readonly defaultPath?: string };
      for (let tries = 0; ; tries++) {
        const text = await readFile(path, 'utf8').catch(() => undefined);
        if (text !== undefined) return { name: basename(suggested), text };
        if (tries > 200) throw new Error('nothing was saved');
        await new Promise((done) => setTimeout(done, 50));
      }
    },
    engines: async () => [],
    close,
  };
}

describe.skipIf(!hasBrowser)('the whole way in the desktop app', () => {
  it.each(languages)('from the first start to a saved report, in %s', async (language) => {
    const app = await openDesktop();
    try {
      await playJourney(app, language);
    } finally {
      await app.close();
    }
  });
});
