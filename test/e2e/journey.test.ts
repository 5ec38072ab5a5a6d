import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { languages } from '../../model/choices.ts';
import { requireTool } from '../support/require-tool.ts';
import { openChromium } from './open-chromium.ts';
import { playJourney } from './play-journey.ts';
import { startWebApp } from './start-web-app.ts';

describe.skipIf(!requireTool(['chromium']))('the whole way in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser?.close());

  it.each(languages)('from the first start to a saved report, in %s', async (language) => {
    const app = await startWebApp({ browser });
    try {
      await playJourney(app, language);
    } finally {
      await app.close();
    }
  });
});
