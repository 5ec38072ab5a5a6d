import { type Case, type Rule, works } from '../case.ts';
import { undecided } from '../decide.ts';

/** The first route leads to Telegram only, and this is something else. */
export const notCarried: Rule = (c) => {
  if (c.current.detail !== 'not-carried') return undefined;
  return undecided(c, 'route.not-carried', [{ says: 'not-carried' }], ['add-a-route']);
};

/**
 * An MTProxy stands between us and whatever fails behind it. Its secret, its clock or its own way to Telegram may be why, so
 * nobody is accused over it.
 */
export const mtproxyFails: Rule = (c) => {
  if (!isMtproxy(c, c.current.routeId) || c.current.state !== 'failed' || works(c, c.current)) return undefined;
  if (c.environment.captivePortal || c.offline) return undefined;
  const next = c.good.length > 0 ? (['fix-the-route', 'use-working-route'] as const) : (['fix-the-route'] as const);
  return c.currentBaselineOk
    ? undecided(c, 'route.mtproxy-fails', [{ says: 'route-fails-target' }], next)
    : undecided(c, 'route.mtproxy-dead', [{ says: 'route-dead' }], next);
};

/** An MTProxy leads to a data centre, not to the very address that fails here: as a control it proves a little less. */
export function onlyMtproxies(c: Case): boolean {
  return c.good.length > 0 && c.good.every(({ routeId }) => isMtproxy(c, routeId));
}

export function isMtproxy(c: Case, id: string): boolean {
  return c.routes.some((route) => route.id === id && route.kind === 'mtproxy');
}
