// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only some lines are in the page cannot be a table
import type { ReactNode } from 'react';
import styles from './matrix.module.css';

interface VerdictPlaceProps {
  /** How many routes stand before it. */
  readonly routes: number;
  /** The place of the row that the keyboard is at. */
  readonly activeColumn: number;
  readonly children: ReactNode;
}

/** The last cell of a row: after the service and its routes, the verdict. */
export function VerdictPlace({ routes, activeColumn, children }: VerdictPlaceProps) {
  const column = routes + 1;
  return (
    <div
      role="gridcell"
      className={styles.verdict}
      aria-colindex={column + 1}
      data-column={column}
      tabIndex={activeColumn === column ? 0 : -1}
    >
      {children}
    </div>
  );
}
