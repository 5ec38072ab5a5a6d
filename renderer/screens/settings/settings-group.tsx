import { type ReactNode, useId } from 'react';
import styles from './settings.module.css';

export function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.group} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <div className={styles.rows}>{children}</div>
    </section>
  );
}
