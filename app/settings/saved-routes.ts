import { join } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import type { Route } from '../../model/route.ts';
import { loadSettings, settingsFile } from './load-settings.ts';
import { routesForRun } from './routes-for-run.ts';

/**
 * The routes that are on in the app, the current connection first, for who cannot ask the key store: one whose password or
 * secret is sealed there is left out, and named. The current connection alone where nothing is saved, or cannot be read.
 */
export async function readSavedRoutes(
  dataFolder: string,
): Promise<{ readonly routes: readonly [Route, ...Route[]]; readonly notices: readonly Problem[] }> {
  const { read } = await loadSettings(join(dataFolder, settingsFile));
  const saved = read?.state.routes.filter(({ enabled }) => enabled) ?? [];
  const routes = routesForRun({ routes: saved });
  const notices = saved
    .filter(({ id }) => routes.every((route) => route.id !== id))
    .map(({ label }): Problem => ({ code: 'route-secret-sealed', params: { label } }));
  return { routes, notices };
}
