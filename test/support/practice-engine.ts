import { builtInTelegramTargets } from '../../app/built-in-facts.ts';
import { serveEngine } from '../../app/engine-process/serve-engine.ts';
import type { World } from '../../app/engine-process/world.ts';
import { createTrustStore } from '../../engine/trust-store.ts';
import { createLab } from '../../lab/create-lab.ts';
import { findScenario } from '../../lab/scenarios/all-scenarios.ts';

/**
 * The engine's process for tests, forked: the real engine, its checks in the practice network of the scenario named first, so
 * that nothing leaves this machine. The second word says how it goes wrong: `hang` blocks for ever soon after a run has begun;
 * `deaf` never stops one; `nonsense` says what nobody understands.
 */
const [, , scenarioId = 'russia-2026', fault = 'none'] = process.argv;

async function openWorld(): Promise<World> {
  const scenario = findScenario(scenarioId);
  if (!scenario) throw new RangeError(`no scenario ${scenarioId}`);
  const lab = await createLab(scenario, { targets: builtInTelegramTargets() });
  const { network, baselines, dns, doh, host, authority } = lab;
  const trust = createTrustStore({ bundled: [authority], system: [], extra: [] });
  return { network, baselines, dns, doh, trust: async () => trust, host: async () => host };
}

process.on('disconnect', () => process.exit());

serveEngine(
  {
    post: (message) => {
      process.send?.(message);
      if (message.type !== 'updates' || message.updates.every(({ type }) => type !== 'cells')) return;
      if (fault === 'hang') for (;;);
      if (fault === 'nonsense') process.send?.({ type: 'updates', runId: message.runId, updates: 'none' });
    },
    onMessage: (listener) => {
      process.on('message', (message) => {
        const isCancel =
          typeof message === 'object' && message !== null && 'type' in message && message.type === 'cancel';
        if (!(isCancel && fault === 'deaf')) listener(message);
      });
    },
  },
  { openWorld },
);
