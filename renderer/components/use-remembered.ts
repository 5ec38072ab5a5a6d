import { useCallback, useState } from 'react';

/** Outlives the screen, not the page: whoever comes back finds the filter and the tab where they were. */
const remembered = new Map<string, unknown>();

/** State of a screen that is still there when a person comes back to it. */
export function useRemembered<T>(key: string, initial: T): readonly [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => (remembered.has(key) ? (remembered.get(key) as T) : initial));
  const change = useCallback(
    (next: T) => {
      remembered.set(key, next);
      setValue(next);
    },
    [key],
  );
  return [value, change];
}
