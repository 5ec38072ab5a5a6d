// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only some lines are in the page cannot be a table
import type { Cell } from '../../../model/run-view.ts';
import { Glyph } from '../../components/glyph.tsx';
import { type Tone, toneOfState } from '../../components/status.ts';
import styles from './matrix.module.css';

interface PlainCellProps {
  readonly column: number;
  readonly active: boolean;
  readonly tone: Tone | undefined;
  readonly word: string;
  readonly ms?: string | undefined;
  readonly spoken: string;
  readonly lit?: boolean;
  /** Whether its route carries nothing at all. */
  readonly dead?: boolean;
}

/** A shape, a word and a number; what has not come yet is an empty place with a small mark. */
export function MatrixCell({ column, active, tone, word, ms, spoken, lit = false, dead = false }: PlainCellProps) {
  return (
    <div
      role="gridcell"
      className={styles.cell}
      aria-label={spoken}
      aria-colindex={column + 1}
      data-column={column}
      data-tone={tone ?? (word === '' ? 'waiting' : 'plain')}
      data-lit={lit || undefined}
      data-dead={dead || undefined}
      tabIndex={active ? 0 : -1}
    >
      {tone !== undefined && <Glyph tone={tone} />}
      <span className={styles.word}>{word}</span> {ms !== undefined && <span className={styles.ms}>{ms}</span>}
    </div>
  );
}

export function toneOfCell(cell: Cell | undefined, running: boolean): Tone | undefined {
  if (cell) return toneOfState[cell.state];
  return running ? undefined : 'idle';
}
