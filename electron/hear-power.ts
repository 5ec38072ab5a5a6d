import type { PowerMonitor } from 'electron';

export type PowerSource = Pick<PowerMonitor, 'on' | 'off'>;

/** Tells when the machine is about to sleep and when it has woken up. Returns what ends it. */
export function hearPower(monitor: PowerSource, listener: (event: 'suspend' | 'resume') => void): () => void {
  const onSuspend = () => listener('suspend');
  const onResume = () => listener('resume');
  monitor.on('suspend', onSuspend);
  monitor.on('resume', onResume);
  return () => {
    monitor.off('suspend', onSuspend);
    monitor.off('resume', onResume);
  };
}
