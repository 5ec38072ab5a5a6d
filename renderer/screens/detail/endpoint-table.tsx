import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../model/result.ts';
import type { TargetDetail } from '../../../model/run-view.ts';
import { Glyph } from '../../components/glyph.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import styles from './detail.module.css';
import { type EndpointCell, telegramEndpoints } from './telegram-endpoints.ts';

/** Telegram's own endpoints, each with its ping or with how far it got. */
export function EndpointTable({ detail, run }: { readonly detail: TargetDetail; readonly run: RunState }) {
  const { t } = useTranslation();
  const title = useRouteTitle(run.environment);
  const { target, results } = detail;
  const tested = useMemo(() => results.filter(({ state }) => state !== 'skipped'), [results]);
  const rows = useMemo(() => telegramEndpoints(tested), [tested]);
  const isMtproxy = (routeId: string) => run.routes.find(({ id }) => id === routeId)?.kind === 'mtproxy';
  if (target.protocol !== 'mtproto' || rows.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="detail-endpoints">
      <div>
        <h2 id="detail-endpoints">{t('detail.endpoints')}</h2>
        <p className={styles.hint}>{t('detail.endpointsHint')}</p>
      </div>
      <ScrollBox label={t('detail.endpoints')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('detail.endpoint')}</th>
              {tested.map(({ routeId }) => {
                const route = run.routes.find(({ id }) => id === routeId);
                return (
                  <th key={routeId} scope="col" className={styles.wraps}>
                    <bdi>{route ? title(route) : routeId}</bdi>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ endpoint, cells }) => (
              <tr key={endpoint ?? ''}>
                <th scope="row" className={styles.nowrap}>
                  {endpoint === null ? t('detail.throughMtproxy') : <span className="mono">{endpoint}</span>}
                </th>
                {tested.map((result, index) => (
                  <td key={result.routeId}>
                    <Ending
                      cell={cells[index]}
                      result={result}
                      applies={(endpoint === null) === isMtproxy(result.routeId)}
                      reachedNone={rows.every((row) => row.cells[index] === undefined)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}

interface EndingProps {
  readonly cell: EndpointCell | undefined;
  readonly result: Result;
  /** An MTProxy chooses the endpoint itself; nobody else can ask for "whichever". */
  readonly applies: boolean;
  /** A route that ends before any endpoint, such as a dead proxy, fails for all of them in the same way. */
  readonly reachedNone: boolean;
}

function Ending({ cell, result, applies, reachedNone }: EndingProps) {
  const { t } = useTranslation();
  const { failureShortly, number } = useWords();
  if (!applies && !cell) {
    return (
      <span className={styles.fine}>
        <span aria-hidden="true">–</span>
        <span className="visually-hidden">{t('detail.notApplicable')}</span>
      </span>
    );
  }
  if (reachedNone && result.failure) {
    return (
      <span className={styles.status}>
        <Glyph tone="fail" />
        {failureShortly(result.failure)}
      </span>
    );
  }
  if (!cell) {
    return (
      <span className={styles.status}>
        <Glyph tone="idle" />
        {t('detail.endpointSkipped')}
      </span>
    );
  }
  return (
    <span className={styles.status}>
      <Glyph tone={cell.ok ? 'ok' : cell.fallback ? 'part' : 'fail'} />
      <span>
        {cell.ok && cell.pingMs !== undefined && t('detail.ping', { value: number(Math.round(cell.pingMs)) })}
        {cell.ok && cell.pingMs === undefined && t('detail.answers')}
        {!cell.ok && cell.failure && failureShortly(cell.failure)}
        {!cell.ok && cell.reached !== undefined && (
          <span className={styles.fine}> {t(`detail.reached.${cell.reached}`)}</span>
        )}
        {cell.fallback && <span className={styles.fine}> {t('detail.fallbackPassed')}</span>}
      </span>
    </span>
  );
}
