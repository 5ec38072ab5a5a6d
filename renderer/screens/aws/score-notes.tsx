import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import { isRunning, type RunState } from '../../store/run-state.ts';
import styles from './aws.module.css';

/** What stands above the hosts: that scores are still to come, or why there are none, or why none can be high. */
export function ScoreNotes({ run }: { readonly run: RunState }) {
  const notes = useNotes(run);
  return notes.map((note) => (
    <div key={note} className={styles.note}>
      <Icon name="info" />
      <p>{note}</p>
    </div>
  ));
}

function useNotes(run: RunState): readonly string[] {
  const { t } = useTranslation();
  const { environment, routes, outcome } = run;
  if (isRunning(run)) return [t('aws.scoreLater')];
  if (run.lost) return [t('aws.lostHint')];
  if (!environment || !outcome) return [];
  // With a tool that alters packets there is no score at all, so nothing else is worth saying of it.
  if (environment.bypassTools.length > 0) return [t('aws.bypassActive', { tools: environment.bypassTools.join(', ') })];
  const own = routes[0]?.baseline;
  return [
    ...(environment.tunnel.up
      ? [t('aws.tunnelUp', { name: environment.tunnel.interface ?? t('aws.tunnelUnnamed') })]
      : []),
    ...(own && own.tried > 0 && !own.ok ? [t('aws.baselineDead')] : []),
    ...(routes.length < 2 ? [t('aws.oneRoute')] : []),
  ];
}
