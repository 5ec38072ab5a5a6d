import type { TFunction } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import { type Estimate, noEstimate, sayLeft, type TimeLeft, updateEstimate } from './estimate-left.ts';
import styles from './progress-line.module.css';

/** How far a run is: a bar, the count, and about how long it still takes. */
export function ProgressLine({ run }: { readonly run: RunState }) {
  const { t } = useTranslation();
  const { number } = useWords();
  const { done, plan } = run;
  const now = useSeconds();
  const estimate = useRef<{ readonly runId: string; readonly value: Estimate }>({ runId: '', value: noEstimate });
  const before = estimate.current.runId === plan.runId ? estimate.current.value : noEstimate;
  const value = updateEstimate(before, { now, startedAt: Date.parse(plan.startedAt), done, jobs: plan.jobs });
  useEffect(() => {
    estimate.current = { runId: plan.runId, value };
  });
  const left = sayLeft(value, now);
  const words = sayTimeLeft(left, t);
  const counted = t('check.progress', { done: number(done), jobs: number(plan.jobs) });
  return (
    <div className={styles.progress}>
      <div
        role="progressbar"
        className={styles.bar}
        aria-label={t('check.progressLabel')}
        aria-valuemin={0}
        aria-valuemax={plan.jobs}
        aria-valuenow={done}
        aria-valuetext={[counted, words].filter(Boolean).join(', ')}
      >
        <span className={styles.filled} style={{ scale: `${plan.jobs === 0 ? 0 : Math.min(1, done / plan.jobs)} 1` }} />
      </div>
      <p className={styles.words}>
        <span>{counted}</span>
        <span>{words}</span>
      </p>
    </div>
  );
}

function sayTimeLeft(left: TimeLeft, t: TFunction): string {
  if (left.unit === 'unknown') return '';
  return left.unit === 'soon' ? t('check.left.soon') : t(`check.left.${left.unit}`, { count: left.count });
}

/** The time, once a second, so that the words count down between results. */
function useSeconds(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
