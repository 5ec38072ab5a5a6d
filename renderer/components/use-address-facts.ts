import { useEffect, useState } from 'react';
import type { AddressFacts } from '../../model/cloud.ts';
import type { Bridge } from '../../model/contract.ts';
import type { AppState } from '../store/app-store.ts';
import { useApp } from '../store/store-context.tsx';

const selectBridge = (state: AppState) => state.bridge;
/** What the contract takes at once. */
const atOnce = 100;

/**
 * What the tables on this machine know of addresses; empty until they have answered. Give addresses and nothing else: for a
 * name this machine's resolver would be asked.
 */
export function useAddressFacts(addresses: readonly string[]): ReadonlyMap<string, AddressFacts> {
  const bridge = useApp(selectBridge);
  const [facts, setFacts] = useState<ReadonlyMap<string, AddressFacts>>(new Map());
  const key = addresses.join(' ');
  useEffect(() => {
    let current = true;
    void readFacts(bridge, key === '' ? [] : key.split(' ')).then((found) => {
      if (current) setFacts(found);
    });
    return () => {
      current = false;
    };
  }, [bridge, key]);
  return facts;
}

async function readFacts(bridge: Bridge, words: readonly string[]): Promise<ReadonlyMap<string, AddressFacts>> {
  const found = new Map<string, AddressFacts>();
  for (let start = 0; start < words.length; start += atOnce) {
    const answer = await bridge.lookUp({ words: words.slice(start, start + atOnce) });
    for (const item of answer.ok ? answer.value : []) {
      const first = 'addresses' in item ? item.addresses[0] : undefined;
      if (first) found.set(item.word, first.facts);
    }
  }
  return found;
}
