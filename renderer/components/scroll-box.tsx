import type { ReactNode } from 'react';
import styles from './scroll-box.module.css';

/** Something wider than a small window, such as a table: it scrolls by itself, also with the keyboard, and the page never does. */
export function ScrollBox({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <div className={styles.box} role="group" tabIndex={0} aria-label={label}>
      {children}
    </div>
  );
}
