import type { HostContext } from './handlers.ts';
import { routesView } from './routes-view.ts';

/**
 * Tells pages and the host itself what is chosen: the host at once, and all after each change, whoever made it. Returns what
 * ends it.
 */
export function announceChanges(context: HostContext): () => void {
  const { settings, ports, emit } = context;
  ports.applySettings(settings.state().settings);
  return settings.onChange((now, before) => {
    if (now.settings !== before.settings) {
      ports.applySettings(now.settings);
      emit({ type: 'settings', settings: now.settings });
    }
    const same = now.routes === before.routes && now.presets === before.presets && now.latencies === before.latencies;
    if (!same) emit({ type: 'routes', view: routesView(context) });
  });
}
