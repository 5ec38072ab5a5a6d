import type { Scenario } from '../scenario.ts';
import { captivePortal } from './captive-portal.ts';
import { healthy } from './healthy.ts';
import { offline } from './offline.ts';
import { russia2018 } from './russia-2018.ts';
import { russia2026 } from './russia-2026.ts';
import { vpnOn } from './vpn-on.ts';

/** Every scenario, the default one first. */
export const allScenarios: readonly [Scenario, ...Scenario[]] = [
  russia2018,
  russia2026,
  captivePortal,
  offline,
  vpnOn,
  healthy,
];

export function findScenario(id: string): Scenario | undefined {
  return allScenarios.find((scenario) => scenario.id === id);
}
