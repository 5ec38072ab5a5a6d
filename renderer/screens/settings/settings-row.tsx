import { type ReactNode, useId } from 'react';
import styles from './settings.module.css';

interface RowProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: (id: string) => ReactNode;
}

/** One choice: what it is, and what chooses it. */
export function Row({ label, hint, children }: RowProps) {
  const id = useId();
  return (
    <div className={styles.row}>
      <div className={styles.rowWords}>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className={styles.hint}>
            {hint}
          </p>
        )}
      </div>
      {children(id)}
    </div>
  );
}
