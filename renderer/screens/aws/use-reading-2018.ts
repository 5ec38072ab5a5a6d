import { useEffect, useState } from 'react';
import type { Overlay2018 } from '../../../model/cloud.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import type { Range2018 } from './april-2018.ts';

const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
/** What the contract takes at once. */
const atOnce = 10_000;

interface Known {
  readonly overlay: Overlay2018 | null;
  /** Every address that was asked for; null for one that was not on the list. */
  readonly ranges: ReadonlyMap<string, Range2018 | null>;
}

export interface Reading extends Known {
  readonly failed: boolean;
  readonly again: () => void;
}

const nothing: Known = { overlay: null, ranges: new Map() };

/**
 * The overlay, and the ranges of the given addresses, each asked for once: while a check goes on there are more and more. The
 * tables are in the engine's process, and so is the work.
 */
export function useReading2018(addresses: readonly string[]): Reading {
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const [known, setKnown] = useState(nothing);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const fresh = addresses.filter((address) => !known.ranges.has(address)).slice(0, atOnce);
    if (failed || (known.overlay && fresh.length === 0)) return;
    let current = true;
    void settle(bridge.read2018({ addresses: fresh })).then((answer) => {
      if (!current) return;
      if (!answer) return setFailed(true);
      const found = new Map(answer.inside.map(({ address, ...range }) => [address, range]));
      const asked = fresh.map((address) => [address, found.get(address) ?? null] as const);
      setKnown({ overlay: answer.overlay, ranges: new Map([...known.ranges, ...asked]) });
    });
    return () => {
      current = false;
    };
  }, [bridge, settle, addresses, known, failed]);
  return { ...known, failed, again: () => setFailed(false) };
}
