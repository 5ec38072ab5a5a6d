import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell, RunComparison, StoredRun } from '../../../model/run-view.ts';
import { Glyph } from '../../components/glyph.tsx';
import { toneOfState, toneOfVerdict } from '../../components/status.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './history.module.css';

const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;

/** What changed between two checks, line by line. */
export function Comparison({ a, b }: { readonly a: string; readonly b: string }) {
  const { t } = useTranslation();
  const { dateTime, word } = useWords();
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const [comparison, setComparison] = useState<RunComparison>();
  useEffect(() => {
    let current = true;
    void settle(bridge.compareRuns({ a, b })).then((answer) => {
      if (current) setComparison(answer);
    });
    return () => {
      current = false;
    };
  }, [bridge, settle, a, b]);
  if (!comparison) return null;
  const { changes } = comparison;
  const from = dateTime(comparison.a.startedAt);
  const to = dateTime(comparison.b.startedAt);
  return (
    <section className={styles.part} aria-labelledby="history-comparison" aria-live="polite">
      <h2 id="history-comparison">{t('history.between', { from, to })}</h2>
      {changes.length === 0 ? (
        <p>{t('history.noChange')}</p>
      ) : (
        <div className={styles.tablePlace}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('history.service')}</th>
                <th scope="col">{t('history.verdict')}</th>
                <th scope="col">{t('history.overRoutes')}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ targetId, name, verdict, cells }) => (
                <tr key={targetId}>
                  <th scope="row">
                    <bdi>{name}</bdi>
                  </th>
                  <td>
                    {verdict && (
                      <span className={styles.change}>
                        <Glyph tone={toneOfVerdict[verdict.from]} /> {word('verdicts', verdict.from)}
                        <span aria-hidden="true">→</span>
                        <span className="visually-hidden">{t('history.then')}</span>
                        <Glyph tone={toneOfVerdict[verdict.to]} /> {word('verdicts', verdict.to)}
                        <Since since={verdict.since} run={comparison.b} />
                      </span>
                    )}
                  </td>
                  <td>
                    <ul>
                      {cells.map((cell) => (
                        <li key={cell.routeId} className={styles.change}>
                          <bdi>{cell.routeId === 'direct' ? t('common.directRoute') : cell.label}</bdi>:
                          <CellWords cell={cell.from} />
                          <span aria-hidden="true">→</span>
                          <span className="visually-hidden">{t('history.then')}</span>
                          <CellWords cell={cell.to} />
                          <Since since={cell.since} run={comparison.b} />
                        </li>
                      ))}
                    </ul>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** Nothing where it is new in this check. */
function Since({ since, run }: { readonly since: string; readonly run: StoredRun }) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  if (since === run.startedAt) return null;
  return <span className={styles.hint}>{t('history.since', { date: dateTime(since) })}</span>;
}

function CellWords({ cell }: { readonly cell: Pick<Cell, 'state' | 'failure'> }) {
  const { word, failureShortly } = useWords();
  return (
    <>
      <Glyph tone={toneOfState[cell.state]} />
      {cell.failure ? failureShortly(cell.failure) : word('states', cell.state)}
    </>
  );
}
