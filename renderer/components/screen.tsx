import type { ReactNode } from 'react';
import styles from './screen.module.css';

interface ScreenProps {
  readonly title: ReactNode;
  /** The way back to where this was opened from; above the title. */
  readonly back?: ReactNode;
  /** One sentence under the title. */
  readonly lead?: ReactNode;
  /** What can be done here, at the end of the title's line. */
  readonly actions?: ReactNode;
  /** `page` scrolls as a whole; `fill` has a part of its own that scrolls, such as the matrix. */
  readonly layout?: 'page' | 'fill';
  readonly children: ReactNode;
}

export function Screen({ title, back, lead, actions, layout = 'page', children }: ScreenProps) {
  return (
    <section className={`${styles.screen} ${styles[layout]}`} aria-labelledby="screen-title">
      <header className={styles.header}>
        <div className={styles.words}>
          {back}
          <h1 id="screen-title" tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}
