// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only some lines are in the page cannot be a table
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the focus, one at a time, and never the lines
import { useTranslation } from 'react-i18next';
import type { RouteSummary } from '../../../model/route.ts';
import type { RouteView } from '../../../model/route-view.ts';
import { Glyph } from '../../components/glyph.tsx';
import { Toggle } from '../../components/toggle.tsx';
import type { Count } from './count-group.ts';
import styles from './matrix.module.css';
import type { MatrixContext } from './matrix-context.ts';

interface MatrixHeaderProps {
  readonly context: MatrixContext;
  /** How much works over each route, in their order. */
  readonly counts: readonly Count[];
  readonly activeColumn: number;
  /** Whether a route is on for the next run; undefined where it cannot be said any more. */
  readonly isOn: (id: string) => boolean | undefined;
  readonly onToggle: (id: string, enabled: boolean) => void;
}

/** The routes, each with how it does as a whole and with its switch for the next run. */
export function MatrixHeader({ context, counts, activeColumn, isOn, onToggle }: MatrixHeaderProps) {
  const { t } = useTranslation();
  const { routes, titles, compact } = context;
  return (
    <div role="rowgroup" className={styles.header}>
      <div role="row" className={styles.line} aria-rowindex={1} data-line={0} data-kind="header">
        <div
          role="columnheader"
          className={styles.corner}
          aria-colindex={1}
          data-column={0}
          tabIndex={activeColumn === 0 ? 0 : -1}
        >
          {t('check.matrix.service')}
        </div>
        {routes.map((route, place) => (
          <RouteHeader
            key={route.id}
            route={route}
            title={titles[place] ?? ''}
            column={place + 1}
            count={counts[place]}
            active={activeColumn === place + 1}
            lit={context.best === route.id}
            on={isOn(route.id)}
            onToggle={onToggle}
          />
        ))}
        {!compact && (
          <div
            role="columnheader"
            className={styles.corner}
            aria-colindex={routes.length + 2}
            data-column={routes.length + 1}
            tabIndex={activeColumn === routes.length + 1 ? 0 : -1}
          >
            {t('check.matrix.verdict')}
          </div>
        )}
      </div>
    </div>
  );
}

interface RouteHeaderProps {
  readonly route: RouteSummary;
  readonly title: string;
  readonly column: number;
  readonly count: Count | undefined;
  readonly active: boolean;
  readonly lit: boolean;
  readonly on: boolean | undefined;
  readonly onToggle: (id: string, enabled: boolean) => void;
}

function RouteHeader({ route, title, column, count, active, lit, on, onToggle }: RouteHeaderProps) {
  const { t } = useTranslation();
  const fixed = route.kind === 'direct' || on === undefined;
  return (
    <div
      role="columnheader"
      className={styles.route}
      aria-colindex={column + 1}
      data-column={column}
      data-lit={lit || undefined}
      data-off={on === false || undefined}
      tabIndex={active && fixed ? 0 : -1}
    >
      <span className={styles.routeTop}>
        <bdi className={styles.title} title={title}>
          {title}
        </bdi>
        {!fixed && (
          <Toggle
            label={t('check.matrix.use', { route: title })}
            checked={on === true}
            tabIndex={active ? 0 : -1}
            onChange={(enabled) => onToggle(route.id, enabled)}
          />
        )}
      </span>
      <span className={styles.place}>
        {route.endpoint === null ? (
          t('check.matrix.current')
        ) : (
          <span className="mono" title={route.endpoint}>
            {route.endpoint}
          </span>
        )}
      </span>
      <span className={styles.health}>
        <Health route={route} count={count} off={on === false} />
      </span>
    </div>
  );
}

function Health({ route, count, off }: { route: RouteSummary; count: Count | undefined; off: boolean }) {
  const { t } = useTranslation();
  const { baseline, kind } = route;
  if (off) return t('check.matrix.off');
  if (baseline.tried === 0) return t('check.matrix.baselineWaiting');
  const toTelegram = kind === 'mtproxy';
  if (!baseline.ok) {
    return (
      <>
        <Glyph tone="fail" />
        {t(toTelegram ? 'check.matrix.baselineDeadTelegram' : 'check.matrix.baselineDead')}
      </>
    );
  }
  return (
    <>
      <Glyph tone="ok" />
      {toTelegram || !count || count.tried === 0
        ? t(toTelegram ? 'check.matrix.baselineOkTelegram' : 'check.matrix.baselineOk')
        : t('check.matrix.working', { ok: count.ok, tried: count.tried })}
    </>
  );
}

/** Whether each route of a run is on for the next one, as the list has it now. */
export function readSwitches(routes: readonly RouteView[]): (id: string) => boolean | undefined {
  const on = new Map(routes.map(({ id, enabled }) => [id, enabled]));
  return (id) => on.get(id);
}
