import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConfirmedChange } from '../../../model/run-view.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './changes-line.module.css';

const selectBridge = (state: AppState) => state.bridge;
const selectChanges = (state: AppState) => state.changes;
const selectSetChanges = (state: AppState) => state.setChanges;

/** Lines that are shown; the others are counted. */
const mostLines = 5;

/** What two checks in a row have shown to be otherwise than before, and what is being looked at once more. */
export function ChangesLine() {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  const bridge = useApp(selectBridge);
  const view = useApp(selectChanges);
  const setChanges = useApp(selectSetChanges);
  useEffect(() => {
    void bridge.readChanges().then((answer) => answer.ok && setChanges(answer.value));
  }, [bridge, setChanges]);
  if (!view) return null;
  const { recheck, changes, routes } = view;
  const routeName = ({ routeId, label }: Pick<ConfirmedChange, 'routeId' | 'label'>) =>
    routeId === 'direct' ? t('common.theDirectRoute') : label;
  const lines = [
    ...routes.map((change) => ({
      key: change.routeId,
      text: t(change.to === 'dead' ? 'check.changes.routeDead' : 'check.changes.routeWorks', {
        route: routeName(change),
        time: dateTime(change.since),
      }),
    })),
    ...changes.map((change) => ({
      key: JSON.stringify([change.targetId, change.routeId]),
      text: t(`check.changes.services.${wordFor(change.to)}`, {
        name: change.name,
        route: routeName(change),
        time: dateTime(change.since),
      }),
    })),
  ];
  return (
    <div className={styles.changes} aria-live="polite">
      {lines.length > 0 && (
        <ul aria-label={t('check.changes.label')}>
          {lines.slice(0, mostLines).map(({ key, text }) => (
            <li key={key}>
              <bdi>{text}</bdi>
            </li>
          ))}
          {lines.length > mostLines && <li>{t('check.changes.more', { count: lines.length - mostLines })}</li>}
        </ul>
      )}
      {recheck && <p>{t(`check.changes.recheck.${recheck.state}`, { count: recheck.targets })}</p>}
    </div>
  );
}

function wordFor(to: ConfirmedChange['to']): 'works' | 'impaired' | 'fails' {
  if (to === 'ok') return 'works';
  return to === 'impaired' ? 'impaired' : 'fails';
}
