import type { Settings } from '../../model/settings.ts';
import type { HostContext } from './handlers.ts';
import { routesView } from './routes-view.ts';

/**
 * Tells pages and the host itself what is chosen: the host at once, and all after each change, whoever made it. Returns what
 * ends it.
 */
export function announceChanges(context: HostContext): () => void {
  const { settings, ports, emit } = context;
  const apply = (chosen: Settings) => {
    try {
      ports.applySettings(chosen);
    } catch {
      // A tray or a login item that the system refuses is no reason to refuse what was chosen.
    }
  };
  apply(settings.state().settings);
  return settings.onChange((now, before) => {
    if (now.settings !== before.settings) {
      apply(now.settings);
      emit({ type: 'settings', settings: now.settings });
    }
    const same = now.routes === before.routes && now.presets === before.presets && now.latencies === before.latencies;
    if (!same) emit({ type: 'routes', view: routesView(context) });
  });
}
