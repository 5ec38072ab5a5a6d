import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { useWords } from '../i18n/use-words.ts';
import type { AppState, Notice } from '../store/app-store.ts';
import { useApp } from '../store/store-context.tsx';
import styles from './notices.module.css';

/** Milliseconds for which a thing done is said. */
const doneMs = 6000;

const selectNotices = (state: AppState) => state.notices;
const selectDismiss = (state: AppState) => state.dismiss;

/** What was done or went wrong, said at the foot of the window and to screen readers. */
export function Notices() {
  const { t } = useTranslation();
  const notices = useApp(selectNotices);
  return (
    <section className={styles.notices} aria-label={t('notices.label')} aria-live="polite">
      {notices.map((notice) => (
        <NoticeLine key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function NoticeLine({ notice }: { readonly notice: Notice }) {
  const { t } = useTranslation();
  const { problem } = useWords();
  const dismiss = useApp(selectDismiss);
  const { id, tone, problems = [] } = notice;
  // What went well needs no answer; what went wrong stays until somebody has read it.
  useEffect(() => {
    if (tone === 'problem') return;
    const timer = setTimeout(() => dismiss(id), doneMs);
    return () => clearTimeout(timer);
  }, [tone, id, dismiss]);
  return (
    <div className={`${styles.notice} ${styles[notice.tone]}`}>
      <Icon name={notice.tone === 'problem' ? 'warning' : 'check'} />
      <div className={styles.words}>
        {notice.says !== undefined && <p>{String(t(`notices.${notice.says}`, { ...notice.values } as never))}</p>}
        {problems.slice(0, 5).map((item) => (
          <p key={`${item.code} ${item.line} ${item.field}`}>{problem(item)}</p>
        ))}
        {problems.length > 5 && <p>{problem({ code: 'more-problems', params: { count: problems.length - 5 } })}</p>}
      </div>
      <Button
        look="plain"
        aria-label={t('notices.dismiss')}
        icon={<Icon name="close" />}
        onClick={() => dismiss(notice.id)}
      />
    </div>
  );
}
