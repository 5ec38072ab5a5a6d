import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import type { Answer, Bridge, Input, Output } from '../../model/contract.ts';
import { findTool, requireTool } from '../support/require-tool.ts';
import { browserNames } from './start-chromium.ts';

/** What was built: `npm run build`, or another folder named by WAYLIGHT_OUT. */
export const outFolder = resolve(process.env.WAYLIGHT_OUT ?? 'out');
export const hasBrowser = browserNames.some((name) => findTool(name) !== null) || requireTool([browserNames[0]]);

type Name = keyof Omit<Bridge, 'subscribe'>;
interface PageGlobals {
  readonly api: Readonly<Record<string, (input?: unknown) => Promise<unknown>>>;
}

/** A call as the page makes it. */
export async function ask<N extends Name>(page: Page, name: N, input?: Input<N>): Promise<Answer<Output<N>>> {
  const answer = await page.evaluate(([called, given]) => (globalThis as unknown as PageGlobals).api[called]?.(given), [
    name as string,
    input as unknown,
  ] as const);
  return answer as Answer<Output<N>>;
}

/** The same, where only a value will do. */
export async function askFor<N extends Name>(page: Page, name: N, input?: Input<N>): Promise<Output<N>> {
  const answer = await ask(page, name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.problems)}`);
  return answer.value;
}

/** From here on the page keeps what the host tells it. */
export const listen = (page: Page) =>
  page.evaluate(`
    globalThis.told = [];
    globalThis.watchers = new Set();
    void api.subscribe((event) => { told.push(event); for (const look of watchers) look(); });
  `);
/** Whether the page was told what fits, or when it is; an expression of `event`. */
export const heard = (page: Page, fits: string) =>
  page.evaluate(`new Promise((done) => {
    const look = () => { if (told.some((event) => ${fits})) done(true); };
    watchers.add(look);
    look();
  })`);
export const isOver = "event.type === 'run' && event.updates.some(({ type }) => type === 'finished')";
