import { useEffect, useRef, useState } from 'react';

/**
 * What changes many times a second, looked at once in so many milliseconds: gathering thousands of hosts anew for every picture
 * would cost more than drawing them. With 0 it is always the newest; so it is after a change of `key`.
 */
export function useCalm<T>(value: T, ms: number, key: string): T {
  const [shown, setShown] = useState({ value, key });
  const newest = useRef({ value, key });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  newest.current = { value, key };
  useEffect(() => {
    if (ms === 0 || shown.value === value) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setShown(newest.current);
    }, ms);
  }, [ms, shown, value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return ms === 0 || shown.key !== key ? value : shown.value;
}
