import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** The width of an element and the size of a rem, both in pixels; null until it is on the page. */
export function useWidth<E extends HTMLElement>(): {
  readonly element: RefObject<E | null>;
  readonly size: { readonly width: number; readonly rem: number } | null;
} {
  const element = useRef<E>(null);
  const [size, setSize] = useState<{ width: number; rem: number } | null>(null);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      setSize((last) => {
        const width = current.clientWidth;
        return last?.width === width && last.rem === rem ? last : { width, rem };
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return { element, size };
}
