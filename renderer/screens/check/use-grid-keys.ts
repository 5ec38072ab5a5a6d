import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useRef,
} from 'react';
import { checkView } from './check-view.ts';
import type { Line } from './group-targets.ts';
import { type GridPlace, moveFocus } from './move-focus.ts';

interface GridKeysInput {
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly lines: readonly Line[];
  readonly columns: number;
  readonly activeLine: number;
  readonly activeColumn: number;
  readonly lineHeight: number;
  readonly onOpen: (targetId: string) => void;
  readonly onTurn: (group: string) => void;
}

/** The keyboard and the pointer in the grid: one handler for all its cells (WAI-ARIA APG, grid). */
export function useGridKeys(input: GridKeysInput): {
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onClick: (event: MouseEvent) => void;
  readonly onFocus: (event: FocusEvent) => void;
} {
  const { grid, activeLine, activeColumn } = input;
  const latest = useRef(input);
  latest.current = input;
  /** Set by a key; the cell may not be in the page before the next picture. */
  const wanted = useRef(false);

  useLayoutEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    const cell = grid.current?.querySelector<HTMLElement>(
      `[data-line="${activeLine}"] [data-column="${activeColumn}"]`,
    );
    (cell?.querySelector<HTMLElement>('button') ?? cell)?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [grid, activeLine, activeColumn]);

  const act = useCallback((place: GridPlace) => {
    const { lines, onOpen, onTurn } = latest.current;
    const line = lines[place.line - 1];
    if (line?.type === 'group') onTurn(line.group.name);
    else if (line) onOpen(line.target.id);
  }, []);

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      const { lines, columns, lineHeight, activeLine: line, activeColumn: column, scroller } = latest.current;
      const place = { line, column };
      const onSwitch = event.target instanceof HTMLButtonElement;
      if ((event.key === 'Enter' || event.key === ' ') && !onSwitch && line > 0) {
        event.preventDefault();
        act(place);
        return;
      }
      if (event.altKey || event.metaKey) return;
      const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / lineHeight) - 4);
      const rightToLeft = document.documentElement.dir === 'rtl';
      const to = moveFocus(place, event.key, event.ctrlKey, { lines: lines.length + 1, columns, page, rightToLeft });
      if (!to) return;
      event.preventDefault();
      if (to.line === line && to.column === column) return;
      wanted.current = true;
      checkView.setState({ active: { key: keyOf(lines, to.line), column: to.column } });
    },
    [act],
  );

  const onClick = useCallback(
    (event: MouseEvent) => {
      const place = placeOf(event.target);
      // A selection that ends here was no click.
      if (!place || place.line === 0 || !getSelection()?.isCollapsed) return;
      act(place);
    },
    [act],
  );

  const onFocus = useCallback((event: FocusEvent) => {
    const place = placeOf(event.target);
    const { lines, activeLine: line, activeColumn: column } = latest.current;
    if (!place || (place.line === line && place.column === column)) return;
    checkView.setState({ active: { key: keyOf(lines, place.line), column: place.column } });
  }, []);

  return { onKeyDown, onClick, onFocus };
}

function keyOf(lines: readonly Line[], line: number): string {
  return line === 0 ? 'header' : (lines[line - 1]?.key ?? 'header');
}

function placeOf(target: EventTarget): GridPlace | undefined {
  if (!(target instanceof Element)) return undefined;
  const cell = target.closest<HTMLElement>('[data-column]');
  const line = cell?.closest<HTMLElement>('[data-line]');
  return cell && line ? { line: Number(line.dataset.line), column: Number(cell.dataset.column) } : undefined;
}
