import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../model/result.ts';
import type { RouteSummary } from '../../../model/route.ts';
import { Glyph } from '../../components/glyph.tsx';
import { toneOfState } from '../../components/status.ts';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import { AttemptTable } from './attempt-table.tsx';
import styles from './detail.module.css';
import { type Attempt, layOutAttempts } from './lay-out-attempts.ts';
import { type TimeAxis, timeAxis } from './time-axis.ts';
import falls from './waterfall.module.css';

interface RouteWaterfallsProps {
  readonly results: readonly Result[];
  readonly run: RunState;
  readonly running: boolean;
}

/** The target's routes side by side, every stage a bar on one common time axis. */
export function RouteWaterfalls({ results, run, running }: RouteWaterfallsProps) {
  const { t } = useTranslation();
  const { milliseconds } = useWords();
  const columns = useMemo(
    () =>
      run.routes.map((route) => {
        const result = results.find(({ routeId }) => routeId === route.id);
        return { route, result, attempts: layOutAttempts(result?.observations ?? []) };
      }),
    [results, run.routes],
  );
  const axis = useMemo(() => timeAxis(columns.flatMap(({ attempts }) => attempts)), [columns]);
  return (
    <section className={styles.section} aria-labelledby="detail-routes">
      <div>
        <h2 id="detail-routes">{t('detail.routes')}</h2>
        <p className={styles.hint}>
          {t('detail.routesHint')}
          {axis.knee !== null && ` ${t('detail.kneeHint', { time: milliseconds(axis.knee) })}`}
        </p>
      </div>
      <div className={falls.routes}>
        {columns.map(({ route, result, attempts }) => (
          <RouteColumn
            key={route.id}
            route={route}
            result={result}
            attempts={attempts}
            axis={axis}
            run={run}
            running={running}
          />
        ))}
      </div>
    </section>
  );
}

interface RouteColumnProps {
  readonly route: RouteSummary;
  readonly result: Result | undefined;
  readonly attempts: readonly Attempt[];
  readonly axis: TimeAxis;
  readonly run: RunState;
  readonly running: boolean;
}

function RouteColumn({ route, result, attempts, axis, run, running }: RouteColumnProps) {
  const { t } = useTranslation();
  const { word, failure, milliseconds } = useWords();
  const title = useRouteTitle(run.environment)(route);
  const heading = `route-${route.id}`;
  const [first, ...later] = attempts;
  const state = result?.state;
  const total = result?.ms.total;
  return (
    <section className={falls.route} aria-labelledby={heading} data-works={state === 'ok' || undefined}>
      <header className={falls.title}>
        <h3 id={heading}>
          <bdi>{title}</bdi>
        </h3>
        {route.endpoint !== null && <span className={`mono ${falls.endpoint}`}>{route.endpoint}</span>}
        <p className={styles.status}>
          <Glyph tone={state === undefined ? 'idle' : toneOfState[state]} />
          <span>
            {state === undefined ? t(running ? 'detail.waiting' : 'detail.notTested') : word('states', state)}
            {result?.detail !== undefined && `: ${word('resultDetails', result.detail)}`}
            {result?.failure && `: ${failure(result.failure)}`}
            {state === 'ok' && total !== undefined && ` ${milliseconds(total)}`}
          </span>
        </p>
      </header>
      {first && <AttemptTable attempt={first} axis={axis} route={title} />}
      {later.map((attempt) => (
        <LaterAttempt key={`${attempt.purpose} ${attempt.try}`} attempt={attempt} axis={axis} route={title} />
      ))}
    </section>
  );
}

/** A second try or a second look: how it ended stands in its line, its bars are folded away. */
function LaterAttempt({ attempt, axis, route }: { readonly attempt: Attempt; readonly axis: TimeAxis; route: string }) {
  const { t } = useTranslation();
  const { failureShortly, milliseconds } = useWords();
  const { purpose, outcome, endMs } = attempt;
  const total = outcome.ok + outcome.failed;
  const passed = outcome.failed === 0;
  return (
    <details className={falls.later}>
      <summary>
        <span className={falls.purpose}>
          {purpose === 'main' ? t('detail.secondTry') : t(`detail.purposes.${purpose}.name`)}
          {purpose !== 'main' && attempt.try > 1 && ` (${t('detail.secondTry')})`}
        </span>
        <span className={falls.ending}>
          <Glyph tone={passed ? 'ok' : outcome.ok > 0 ? 'part' : 'fail'} />
          {passed && t('detail.passed', { time: milliseconds(endMs) })}
          {!passed && outcome.ok > 0 && t('detail.passedPartly', { ok: outcome.ok, total })}
          {!passed && outcome.ok === 0 && outcome.failure && failureShortly(outcome.failure)}
        </span>
      </summary>
      <p className={falls.why}>{purpose === 'main' ? t('detail.secondTryWhy') : t(`detail.purposes.${purpose}.why`)}</p>
      <AttemptTable attempt={attempt} axis={axis} route={route} />
    </details>
  );
}
