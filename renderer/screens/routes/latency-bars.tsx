import { scaleLinear } from 'd3-scale';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../i18n/use-words.ts';
import styles from './routes.module.css';

/** The last answers of a route as bars, oldest first; a test without an answer is a cross. The text says the last one. */
export function LatencyBars({ latencies }: { readonly latencies: readonly (number | null)[] }) {
  const { t } = useTranslation();
  const { milliseconds } = useWords();
  const last = latencies.at(-1);
  const height = scaleLinear()
    .domain([0, Math.max(200, ...latencies.map((ms) => ms ?? 0))])
    .range([2, 18])
    .clamp(true);
  const text = last === undefined ? t('routes.neverTested') : last === null ? t('routes.noAnswer') : milliseconds(last);
  return (
    <span className={styles.latency} title={t('routes.latencyTitle')}>
      {latencies.length > 0 && (
        <svg viewBox="0 0 100 20" aria-hidden="true">
          {latencies.map((ms, index) => {
            const x = index * 5;
            // Nothing but its place tells one test from another.
            const key = `${index} ${ms}`;
            return ms === null ? (
              <path key={key} d={`M${x + 0.5} 14l3 4m0-4-3 4`} stroke="var(--fail)" strokeWidth="1.25" />
            ) : (
              <rect key={key} x={x} y={19 - height(ms)} width="3.5" height={height(ms)} fill="var(--ok)" />
            );
          })}
        </svg>
      )}
      <span>{text}</span>
    </span>
  );
}
