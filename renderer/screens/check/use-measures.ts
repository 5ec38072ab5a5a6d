import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { checkView } from './check-view.ts';

/** What the matrix needs to know of the page, in CSS pixels. */
export interface Measures {
  readonly width: number;
  /** Of what stands above the matrix and scrolls with it. */
  readonly head: number;
  readonly rem: number;
}

/** Follows the sizes of the part that scrolls, through every zoom, and keeps where it was scrolled to. */
export function useMeasures(): {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly head: RefObject<HTMLDivElement | null>;
  readonly measures: Measures;
  readonly onScroll: () => void;
} {
  const scroller = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const [measures, setMeasures] = useState<Measures>({ width: 1000, head: 0, rem: 16 });
  useLayoutEffect(() => {
    const [outer, inner] = [scroller.current, head.current];
    if (!outer || !inner) return;
    const measure = () => {
      const next = {
        width: outer.clientWidth,
        head: inner.offsetTop + inner.offsetHeight,
        rem: Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
      };
      setMeasures((before) =>
        before.width === next.width && before.head === next.head && before.rem === next.rem ? before : next,
      );
    };
    measure();
    outer.scrollTop = checkView.getState().scrollTop;
    const observer = new ResizeObserver(measure);
    observer.observe(outer);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);
  const onScroll = useCallback(() => {
    checkView.setState({ scrollTop: scroller.current?.scrollTop ?? 0 });
  }, []);
  return { scroller, head, measures, onScroll };
}
