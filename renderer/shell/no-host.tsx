import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../model/problem.ts';
import { Empty } from '../components/empty.tsx';
import { useWords } from '../i18n/use-words.ts';
import { applyTheme } from './apply-theme.ts';
import styles from './no-host.module.css';

/** Shown where the page was opened without a way to its host. */
export function NoHost({ problems }: { readonly problems: readonly Problem[] }) {
  const { t } = useTranslation();
  const { problem } = useWords();
  useEffect(() => applyTheme('system', 100), []);
  return (
    <main className={styles.page}>
      <Empty title={t('app.noHost')}>
        <p>{t('app.noHostHint')}</p>
        {problems.map((item) => (
          <p key={item.code}>{problem(item)}</p>
        ))}
      </Empty>
    </main>
  );
}
