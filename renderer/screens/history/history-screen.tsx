import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Availability, StoredRun } from '../../../model/run-view.ts';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Screen } from '../../components/screen.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import { AvailabilityList } from './availability-list.tsx';
import { Comparison } from './comparison.tsx';
import styles from './history.module.css';
import { RunTable } from './run-table.tsx';

const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
const selectGo = (state: AppState) => state.go;
/** A check that ends is one more line. */
const selectFinished = (state: AppState) => state.run?.outcome?.finishedAt;
const periods = [7, 30, 90] as const;

export function HistoryScreen() {
  const { t } = useTranslation();
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const go = useApp(selectGo);
  const finishedAt = useApp(selectFinished);
  const [runs, setRuns] = useState<readonly StoredRun[]>();
  const [availability, setAvailability] = useState<readonly Availability[]>([]);
  const [days, setDays] = useState<number>(30);
  const [pair, setPair] = useState<readonly string[]>([]);

  const read = useCallback(async () => {
    const [list, points] = await Promise.all([
      settle(bridge.listRuns({ limit: 500 })),
      settle(bridge.readAvailability({ days })),
    ]);
    setRuns(list ?? []);
    setAvailability(points ?? []);
  }, [bridge, settle, days]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a check that has just ended is read too
  useEffect(() => {
    void read();
  }, [read, finishedAt]);

  const choose = (runId: string) =>
    setPair((before) => (before.includes(runId) ? before.filter((id) => id !== runId) : [...before.slice(-1), runId]));
  const remove = async (runId: string) => {
    if ((await settle(bridge.removeRun({ runId }))) === undefined) return;
    setPair((before) => before.filter((id) => id !== runId));
    await read();
  };
  if (runs !== undefined && runs.length === 0) {
    return (
      <Screen title={t('history.title')} lead={t('history.lead')}>
        <Empty
          title={t('history.none')}
          actions={
            <Button look="act" onClick={() => go({ screen: 'check' })}>
              {t('history.toCheck')}
            </Button>
          }
        >
          <p>{t('history.noneHint')}</p>
        </Empty>
      </Screen>
    );
  }
  const [a, b] = sortByTime(pair, runs ?? []);
  return (
    <Screen title={t('history.title')} lead={t('history.lead')}>
      {runs === undefined ? (
        <p aria-busy="true">{t('app.loading')}</p>
      ) : (
        <>
          {a !== undefined && b !== undefined && <Comparison key={`${a} ${b}`} a={a} b={b} />}
          <RunTable runs={runs} chosen={pair} onChoose={choose} onRemove={(id) => void remove(id)} />
          <section className={styles.part} aria-labelledby="history-availability">
            <div className={styles.partHead}>
              <h2 id="history-availability">{t('history.availability')}</h2>
              <label className={styles.period}>
                {t('history.period')}
                <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
                  {periods.map((period) => (
                    <option key={period} value={period}>
                      {t('history.days', { count: period })}
                    </option>
                  ))}
                </select>
              </label>
            </div>
            <AvailabilityList rows={availability} />
          </section>
        </>
      )}
    </Screen>
  );
}

/** The older one first, whichever was chosen first. */
function sortByTime(pair: readonly string[], runs: readonly StoredRun[]): readonly string[] {
  const place = (id: string) => runs.findIndex(({ runId }) => runId === id);
  return [...pair].sort((x, y) => place(y) - place(x));
}
