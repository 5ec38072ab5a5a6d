import { useDeferredValue, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppState } from '../../store/app-store.ts';
import { isRunning } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';
import { AnswerBanner } from './answer-banner.tsx';
import { ChangesLine } from './changes-line.tsx';
import { CheckControls } from './check-controls.tsx';
import { CheckEmpty } from './check-empty.tsx';
import styles from './check-screen.module.css';
import { FilterBar } from './filter-bar.tsx';
import { MatrixPart } from './matrix-part.tsx';
import { PracticeStrip } from './practice-strip.tsx';
import { useCheck, useScenarios } from './use-check.ts';
import { useMeasures } from './use-measures.ts';

const selectRun = (state: AppState) => state.run;

/** What works, over which way, in one sentence and line by line. */
export function CheckScreen() {
  const { t } = useTranslation();
  const newest = useApp(selectRun);
  // A burst of results must not hold up a key or a click: the matrix follows when there is time.
  const run = useDeferredValue(newest);
  const actions = useCheck();
  const scenarios = useScenarios();
  const { scroller, head, measures, onScroll } = useMeasures();
  const scenario = useMemo(
    () => scenarios.find(({ id }) => id === newest?.plan.scenario),
    [scenarios, newest?.plan.scenario],
  );
  return (
    <section ref={scroller} className={styles.screen} aria-labelledby="screen-title" onScroll={onScroll}>
      <header className={styles.bar}>
        <h1 id="screen-title" tabIndex={-1}>
          {t('check.title')}
        </h1>
        {newest?.plan.kind === 'practice' && <span className={styles.mark}>{t('check.practice.mark')}</span>}
        <CheckControls run={newest} running={isRunning(newest)} actions={actions} />
      </header>
      <div ref={head} className={styles.head}>
        {newest?.plan.kind === 'practice' && (
          <PracticeStrip scenario={scenario} scenarios={scenarios} actions={actions} />
        )}
        {newest ? <AnswerBanner run={newest} /> : <CheckEmpty scenarios={scenarios} actions={actions} />}
        {newest?.plan.kind !== 'practice' && <ChangesLine />}
        {run && <FilterBar run={run} />}
      </div>
      {run && <MatrixPart run={run} actions={actions} scroller={scroller} measures={measures} />}
    </section>
  );
}
