import { type RefObject, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import type { AppState } from '../../store/app-store.ts';
import { isRunning, type RunState } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './check-screen.module.css';
import { checkView, toggled, useCheckView } from './check-view.ts';
import { type FilterName, filterInForce, matchSearch, readFilters } from './filter-targets.ts';
import { buildLines, type Group, groupTargets } from './group-targets.ts';
import { Matrix } from './matrix.tsx';
import type { MatrixContext } from './matrix-context.ts';
import { readSwitches } from './matrix-header.tsx';
import { useCellWords } from './use-cell-words.ts';
import type { CheckActions } from './use-check.ts';
import type { Measures } from './use-measures.ts';

interface MatrixPartProps {
  readonly run: RunState;
  readonly actions: CheckActions;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly measures: Measures;
}

const selectRoutes = (state: AppState) => state.routes.routes;
const selectGo = (state: AppState) => state.go;

/** In rem: the columns of the grid as its style has them, and the height of its header. */
const widths = {
  wide: { first: 13.5, route: 9.75 },
  narrow: { first: 12.5, route: 9.25 },
  last: 16,
  sides: 4,
  header: 6,
};

/** The matrix with what a person has chosen to see of it. */
export function MatrixPart({ run, actions, scroller, measures }: MatrixPartProps) {
  const saved = useApp(selectRoutes);
  const go = useApp(selectGo);
  const without = useCheckView(({ without: off }) => off);
  const { lines, filter } = useLines(run);
  const context = useContext(run, measures);
  const practice = run.plan.kind === 'practice';
  const isOn = useMemo(
    () => (practice ? (id: string) => !without.has(id) : readSwitches(saved)),
    [practice, without, saved],
  );
  const { runId } = run.plan;
  const onOpen = useCallback((targetId: string) => go({ screen: 'check', target: { runId, targetId } }), [go, runId]);
  const onTurn = useCallback((group: string) => {
    checkView.setState(({ turned }) => ({ turned: toggled(turned, group) }));
  }, []);
  if (lines.length === 0) return <NoLines filter={filter} />;
  return (
    <Matrix
      run={run}
      lines={lines}
      context={context}
      scroller={scroller}
      lineHeight={(context.compact ? 3.25 : 2.25) * measures.rem}
      above={measures.head + widths.header * measures.rem}
      isOn={isOn}
      onToggle={actions.toggleRoute}
      onOpen={onOpen}
      onTurn={onTurn}
    />
  );
}

function useLines(run: RunState) {
  const { filter: chosen, search, turned } = useCheckView((view) => view);
  const groups = useMemo(() => groupTargets(run.plan.targets), [run.plan.targets]);
  const filters = useMemo(() => readFilters(run), [run]);
  const filter = filterInForce(filters, chosen);
  const found = useMemo(() => matchSearch(search), [search]);
  return useMemo(() => {
    const narrowed = filter !== 'all' || found !== undefined;
    // Telegram's line says enough by itself; whoever filters or searches wants to see what was found.
    const isOpen = (group: Group) => (narrowed || !group.telegram) !== turned.has(group.name);
    const { matches } = filters[filter];
    const lines = buildLines({
      groups,
      isOpen,
      matches: narrowed ? (target) => matches(target) && (found?.(target) ?? true) : undefined,
    });
    return { lines, filter };
  }, [groups, filters, found, filter, turned]);
}

function useContext(run: RunState, { width, rem }: Measures): MatrixContext {
  const words = useCellWords();
  const { i18n } = useTranslation();
  const titleOf = useRouteTitle(run.environment);
  const { routes, outcome, environment } = run;
  const running = isRunning(run);
  // biome-ignore lint/correctness/useExhaustiveDependencies: titles change with the language and what the gate found
  const titles = useMemo(() => routes.map(titleOf), [routes, environment, i18n.language]);
  const { first, route } = document.documentElement.dataset.width === 'narrow' ? widths.narrow : widths.wide;
  const compact = width < (first + route * routes.length + widths.last + widths.sides) * rem;
  return useMemo(
    () => ({
      routes,
      titles,
      words,
      running,
      compact,
      telegram: outcome?.telegram ?? null,
      best: outcome?.choice?.routeId,
      dead: new Set(routes.filter(({ baseline }) => !baseline.ok && baseline.tried > 0).map(({ id }) => id)),
      before: new Map((outcome?.changes ?? []).map(({ targetId, from }) => [targetId, from])),
    }),
    [routes, titles, words, running, compact, outcome],
  );
}

const reasons: Readonly<Record<FilterName, 'none' | 'noneFailing' | 'noneAws' | 'noneChanged'>> = {
  all: 'none',
  failing: 'noneFailing',
  aws: 'noneAws',
  changed: 'noneChanged',
};

function NoLines({ filter }: { readonly filter: FilterName }) {
  const { t } = useTranslation();
  const search = useCheckView((view) => view.search);
  const reason = search.trim() === '' ? reasons[filter] : 'none';
  return (
    <div className={styles.none}>
      <Empty
        title={t(`check.filters.${reason}`)}
        actions={
          <Button onClick={() => checkView.setState({ filter: 'all', search: '' })}>{t('check.filters.clear')}</Button>
        }
      />
    </div>
  );
}
