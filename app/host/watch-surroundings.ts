import { watchForSleep } from '../engine-process/watch-for-sleep.ts';

export type PowerEvent = 'suspend' | 'resume';

/** What happens to the machine while the app is open. */
export interface Surroundings {
  /** It is about to sleep. */
  readonly onSuspend: () => void;
  /** It has slept: it was told, or the clock tells it. */
  readonly onWake: () => void;
  /** It has left its network, and may come back to it. */
  readonly onNetworkLost: () => void;
  /** It is in another network than before. */
  readonly onNetworkChange: () => void;
}

export interface SurroundingsSources {
  readonly signature: () => Promise<string>;
  /** Not there where nobody tells of sleep. Returns what ends it. */
  readonly onPower: ((listener: (event: PowerEvent) => void) => () => void) | undefined;
}

export interface SurroundingsWatch {
  /** Of the network this machine is in, or was in last; empty where that is not known yet. */
  signature(): string;
  stop(): void;
}

/** Milliseconds between two looks: short, for a check goes wrong in the seconds after a change. */
const lookMs = 5000;

/** Watches for sleep and for another network, by looking, and by the system's word where it gives one. */
export function watchSurroundings(
  sources: SurroundingsSources,
  { onSuspend, onWake, onNetworkLost, onNetworkChange }: Surroundings,
  now: () => number = Date.now,
): SurroundingsWatch {
  const hasSlept = watchForSleep(now);
  let network = '';
  let isLost = false;
  let stopped = false;

  const lookAtNetwork = async () => {
    const seen = await sources.signature();
    if (stopped) return;
    if (seen === '') {
      if (network !== '' && !isLost) onNetworkLost();
      isLost = true;
      return;
    }
    isLost = false;
    const before = network;
    network = seen;
    if (before !== '' && before !== seen) onNetworkChange();
  };
  let looking = false;
  const look = async () => {
    if (hasSlept()) onWake();
    if (looking) return;
    looking = true;
    await lookAtNetwork().catch(() => {});
    looking = false;
  };
  const timer = setInterval(() => void look(), lookMs);
  timer.unref();
  void look();
  const stopPower = sources.onPower?.((event) => {
    // It is told now: the clock need not tell it again.
    hasSlept();
    if (event === 'suspend') onSuspend();
    else onWake();
  });
  return {
    signature: () => network,
    stop: () => {
      stopped = true;
      clearInterval(timer);
      stopPower?.();
    },
  };
}
