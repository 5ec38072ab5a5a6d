import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import type { RunState } from '../../store/run-state.ts';
import styles from './aws.module.css';
import { noteScores, type ScoreNote } from './judge-score.ts';

export function ScoreNotes({ run }: { readonly run: RunState }) {
  return noteScores(run).map((note) => (
    <div key={note.says} className={styles.note}>
      <Icon name="info" />
      <Note note={note} />
    </div>
  ));
}

function Note({ note }: { readonly note: ScoreNote }) {
  const { t } = useTranslation();
  switch (note.says) {
    case 'bypassActive':
      return <p>{t('aws.bypassActive', { tools: note.tools.join(', ') })}</p>;
    case 'tunnelUp':
      return <p>{t('aws.tunnelUp', { name: note.name ?? t('aws.tunnelUnnamed') })}</p>;
    case 'scoreLater':
      return <p>{t('aws.scoreLater')}</p>;
    case 'lostHint':
      return <p>{t('aws.lostHint')}</p>;
    case 'baselineDead':
      return <p>{t('aws.baselineDead')}</p>;
    case 'oneRoute':
      return <p>{t('aws.oneRoute')}</p>;
  }
}
