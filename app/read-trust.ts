import { setImmediate as nextTurn } from 'node:timers/promises';
import { getCACertificates } from 'node:tls';
import type { TrustStore } from '../engine/step.ts';
import { createTrustStore } from '../engine/trust-store.ts';

/**
 * Whom this machine trusts. The system's store can take long to read: one turn of the event loop for that, and one for building
 * the context.
 * @param extra PEM texts that were given with --ca
 */
export async function readTrust(extra: readonly string[] = []): Promise<TrustStore> {
  const system = getCACertificates('system');
  await nextTurn();
  const trust = createTrustStore({ bundled: getCACertificates('bundled'), system, extra });
  await nextTurn();
  return trust;
}
