import { serveEngine } from '../../app/engine-process/serve-engine.ts';
import { createTrustStore } from '../../engine/trust-store.ts';
import { openCanaryWorld } from './canary-world.ts';

/** The engine's process for tests, forked: the real engine, its checks where every server tells what it knows of the visitor. */
process.on('disconnect', () => process.exit());

serveEngine(
  {
    post: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', listener),
  },
  {
    openWorld: async () => {
      const { lab, network } = await openCanaryWorld();
      const { baselines, dns, doh, host, authority } = lab;
      const trust = createTrustStore({ bundled: [authority], system: [], extra: [] });
      return { network, baselines, dns, doh, trust: async () => trust, host: async () => host };
    },
  },
);
