import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

interface Size {
  readonly width: number;
  readonly rem: number;
  readonly room: number;
}

/** The width of an element, the height of the window and the size of a rem, in pixels; null until it is on the page. */
export function useWidth<E extends HTMLElement>(): {
  readonly element: RefObject<E | null>;
  readonly size: Size | null;
} {
  const element = useRef<E>(null);
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      setSize((last) => {
        const width = current.clientWidth;
        const room = innerHeight;
        return last?.width === width && last.rem === rem && last.room === room ? last : { width, rem, room };
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      removeEventListener('resize', measure);
    };
  }, []);
  return { element, size };
}
