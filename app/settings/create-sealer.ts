import { parseSecret } from '../../engine/mtproxy/parse-secret.ts';
import type { SecretBox } from '../host/ports.ts';
import type { KeptProxy, KeptRoute } from './settings-state.ts';

export interface Sealer {
  /** Gives a route the secret that the file holds of it, or leaves it lost. */
  open(route: KeptRoute): Promise<KeptRoute>;
  /** Seals what is not sealed yet and forgets what no route has any more. Never rejects. */
  seal(routes: readonly KeptRoute[]): Promise<void>;
  /** What the file is to hold; null where the secret cannot be sealed, undefined where there is none. */
  sealedOf(route: KeptProxy): string | null | undefined;
}

/**
 * Keeps secrets sealed for the file. What is sealed names its proxy too: somebody who edits the file cannot have a
 * password sent to another server. What was opened is written again as it was, since not every key store seals twice alike.
 */
export function createSealer(box: SecretBox): Sealer {
  let sealed = new Map<string, string>();
  return {
    open: async (route) => {
      if (route.kind === 'interface' || typeof route.lost !== 'string') return route;
      const { lost, ...rest } = route;
      const text = await box.open(lost).catch(() => undefined);
      const secret = text === undefined ? undefined : secretIn(text, rest);
      if (text === undefined || secret === undefined) return route;
      sealed.set(text, lost);
      return { ...rest, secret };
    },
    seal: async (routes) => {
      const texts = new Set(routes.flatMap((route) => textOf(route) ?? []));
      const pairs = await Promise.all(
        [...texts].map(
          async (text) => [text, sealed.get(text) ?? (await box.seal(text).catch(() => undefined))] as const,
        ),
      );
      sealed = new Map(pairs.flatMap(([text, result]) => (result === undefined ? [] : [[text, result] as const])));
    },
    sealedOf: (route) => {
      const text = textOf(route);
      return text === undefined ? route.lost : (sealed.get(text) ?? null);
    },
  };
}

function textOf(route: KeptRoute): string | undefined {
  if (route.kind === 'interface' || route.secret === undefined) return undefined;
  return JSON.stringify([route.kind, route.host, route.port, route.secret]);
}

function secretIn(text: string, route: KeptProxy): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const secret: unknown = Array.isArray(parsed) ? parsed[3] : undefined;
    if (typeof secret !== 'string' || textOf({ ...route, secret }) !== text) return undefined;
    return route.kind === 'mtproxy' && !parseSecret(secret).ok ? undefined : secret;
  } catch {
    return undefined;
  }
}
