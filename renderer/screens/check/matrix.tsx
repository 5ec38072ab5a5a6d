// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only some lines are in the page cannot be a table
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunState } from '../../store/run-state.ts';
import { checkView, useCheckView } from './check-view.ts';
import { countServices } from './count-group.ts';
import { GroupLine } from './group-line.tsx';
import type { Line } from './group-targets.ts';
import styles from './matrix.module.css';
import type { MatrixContext } from './matrix-context.ts';
import { MatrixHeader } from './matrix-header.tsx';
import { TargetLine } from './target-line.tsx';
import { useGridKeys } from './use-grid-keys.ts';

interface MatrixProps {
  readonly run: RunState;
  readonly lines: readonly Line[];
  readonly context: MatrixContext;
  /** The element that scrolls, and what is measured of it. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly lineHeight: number;
  /** Pixels above the first line, within what scrolls. */
  readonly above: number;
  readonly isOn: (id: string) => boolean | undefined;
  readonly onToggle: (id: string, enabled: boolean) => void;
  readonly onOpen: (targetId: string) => void;
  readonly onTurn: (group: string) => void;
}

/** Services × routes. Only what is seen is in the page, and the line that has the focus. */
export function Matrix(props: MatrixProps) {
  const { t } = useTranslation();
  const { run, lines, context, scroller, lineHeight, above, isOn, onToggle, onOpen, onTurn } = props;
  const grid = useRef<HTMLDivElement>(null);
  const active = useCheckView((view) => view.active);
  const columns = context.routes.length + (context.compact ? 1 : 2);
  const activeLine = useMemo(() => findLine(lines, active?.key), [lines, active?.key]);
  const activeColumn = Math.min(active?.column ?? 0, columns - 1);

  // The focused line stays in the page however far it is scrolled away: else Tab would lead nowhere.
  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      const kept = activeLine - 1;
      return kept < 0 || kept >= range.count || shown.includes(kept) ? shown : [...shown, kept].sort((a, b) => a - b);
    },
    [activeLine],
  );
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => lines[index]?.key ?? index,
    scrollMargin: above,
    overscan: 4,
    rangeExtractor,
    initialRect: { width: 1000, height: 1000 },
    initialOffset: () => checkView.getState().scrollTop,
  });
  useLayoutEffect(() => {
    if (lineHeight > 0) virtualizer.measure();
  }, [virtualizer, lineHeight]);

  const keys = useGridKeys({ grid, scroller, lines, columns, activeLine, activeColumn, lineHeight, onOpen, onTurn });
  const counts = useMemo(() => countServices(run), [run]);

  return (
    <div
      ref={grid}
      role="grid"
      className={styles.grid}
      aria-label={t('check.matrix.label')}
      aria-rowcount={lines.length + 1}
      aria-colcount={columns}
      data-compact={context.compact || undefined}
      style={{ '--routes': context.routes.length } as React.CSSProperties}
      onKeyDown={keys.onKeyDown}
      onClick={keys.onClick}
      onFocus={keys.onFocus}
    >
      <MatrixHeader
        context={context}
        counts={counts}
        activeColumn={activeLine === 0 ? activeColumn : -1}
        isOn={isOn}
        onToggle={onToggle}
      />
      <div role="rowgroup" className={styles.lines} style={{ height: lines.length * lineHeight }}>
        {virtualizer.getVirtualItems().map(({ index, key }) => {
          const line = lines[index];
          if (!line) return null;
          const place = index + 1;
          const column = place === activeLine ? activeColumn : -1;
          const top = index * lineHeight;
          return line.type === 'group' ? (
            <GroupLine
              key={key}
              line={line}
              rows={run.rows}
              context={context}
              place={place}
              top={top}
              activeColumn={column}
            />
          ) : (
            <TargetLine
              key={key}
              target={line.target}
              row={run.rows.get(line.target.id)}
              verdict={run.verdicts.get(line.target.id)}
              context={context}
              line={place}
              top={top}
              activeColumn={column}
              nested={line.nested}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Where the focused line is now; the first line under the header where it is gone. */
function findLine(lines: readonly Line[], key: string | undefined): number {
  if (key === 'header') return 0;
  const index = key === undefined ? -1 : lines.findIndex((line) => line.key === key);
  return Math.min(lines.length, Math.max(1, index + 1));
}
