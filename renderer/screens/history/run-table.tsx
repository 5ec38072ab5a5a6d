import { useTranslation } from 'react-i18next';
import type { StoredRun } from '../../../model/run-view.ts';
import type { VerdictName } from '../../../model/verdict.ts';
import { Button } from '../../components/button.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { Icon } from '../../components/icon.tsx';
import { toneOfVerdict } from '../../components/status.ts';
import { useWords } from '../../i18n/use-words.ts';
import styles from './history.module.css';

interface RunTableProps {
  readonly runs: readonly StoredRun[];
  readonly chosen: readonly string[];
  readonly onChoose: (runId: string) => void;
  readonly onRemove: (runId: string) => void;
}

export function RunTable({ runs, chosen, onChoose, onRemove }: RunTableProps) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  return (
    <section className={styles.part} aria-labelledby="history-runs">
      <h2 id="history-runs">{t('history.runs')}</h2>
      <p className={styles.hint}>{t('history.chooseTwo')}</p>
      <div className={styles.tablePlace}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{t('history.compare')}</span>
              </th>
              <th scope="col">{t('history.when')}</th>
              <th scope="col">{t('history.routes')}</th>
              <th scope="col">{t('history.verdicts')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('history.remove')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr key={run.runId}>
                <td>
                  <input
                    type="checkbox"
                    aria-label={t('history.compareThis', { date: dateTime(run.startedAt) })}
                    checked={chosen.includes(run.runId)}
                    onChange={() => onChoose(run.runId)}
                  />
                </td>
                <td>
                  {dateTime(run.startedAt)}
                  {run.kind === 'practice' && <span className={styles.practice}>{t('history.practice')}</span>}
                  {run.partial && <span className={styles.hint}> · {t('history.partial')}</span>}
                </td>
                <td>
                  <ul className={styles.routes}>
                    {run.routes.map(({ id, label, ok }) => (
                      <li key={id}>
                        <bdi>{id === 'direct' ? t('common.directRoute') : label}</bdi>{' '}
                        <span className={styles.hint}>{t('history.okOf', { ok, count: run.targets })}</span>
                      </li>
                    ))}
                  </ul>
                </td>
                <td>
                  <VerdictCounts verdicts={run.verdicts} />
                </td>
                <td>
                  <Button
                    look="plain"
                    aria-label={t('history.removeThis', { date: dateTime(run.startedAt) })}
                    icon={<Icon name="trash" />}
                    onClick={() => onRemove(run.runId)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function VerdictCounts({ verdicts }: { readonly verdicts: StoredRun['verdicts'] }) {
  const { word, number } = useWords();
  const entries = Object.entries(verdicts) as [VerdictName, number][];
  return (
    <ul className={styles.counts}>
      {entries.map(([verdict, count]) => (
        <li key={verdict}>
          <Glyph tone={toneOfVerdict[verdict]} /> {word('verdicts', verdict)}: {number(count)}
        </li>
      ))}
    </ul>
  );
}
