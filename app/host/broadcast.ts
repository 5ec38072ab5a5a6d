export interface Broadcast<E> {
  emit(event: E): void;
  /** Returns what ends the subscription. The same function twice is two of them. */
  subscribe(listener: (event: E) => void): () => void;
  /** Nobody hears anything any more. */
  end(): void;
}

/** Tells everybody the same, each on their own: one that throws keeps no other from hearing. */
export function createBroadcast<E>(): Broadcast<E> {
  const listeners = new Set<(event: E) => void>();
  return {
    emit: (event) => {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch {
          // A page that is going away is no reason to stop.
        }
      }
    },
    subscribe: (listener) => {
      const own = (event: E) => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    end: () => listeners.clear(),
  };
}
