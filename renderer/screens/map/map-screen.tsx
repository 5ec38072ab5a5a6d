import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { Screen } from '../../components/screen.tsx';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import type { AppState } from '../../store/app-store.ts';
import { isRunning, type RunState } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';
import { countRoutes, type MapCount } from './count-routes.ts';
import styles from './map.module.css';
import { MapPicture } from './map-picture.tsx';
import { MapTable } from './map-table.tsx';
import { useRouteSentence } from './use-route-sentence.ts';
import { useWidth } from './use-width.ts';

const selectRun = (state: AppState) => state.run;
const selectGo = (state: AppState) => state.go;
/** More than these a picture cannot show. */
const mostGroups = 12;
/** Rem: in less room a picture would be all lines and no names, and the table stands in its place. */
const narrowest = 44;

/** Which ways lead out of here, and how much gets through each of them. */
export function MapScreen() {
  const { t } = useTranslation();
  const run = useApp(selectRun);
  const go = useApp(selectGo);
  if (!run) {
    return (
      <Screen title={t('rail.map')}>
        <Empty
          title={t('map.empty')}
          actions={
            <Button look="act" onClick={() => go({ screen: 'check' })}>
              {t('map.toCheck')}
            </Button>
          }
        >
          <p>{t('map.emptyHint')}</p>
        </Empty>
      </Screen>
    );
  }
  return <RunMap run={run} />;
}

function RunMap({ run }: { readonly run: RunState }) {
  const { t } = useTranslation();
  const [view, setView] = useState<'picture' | 'table'>('picture');
  const [chosen, setChosen] = useState<string | null>(null);
  const { targets } = run.plan;
  const { routes, rows } = run;
  const count = useMemo(() => countRoutes({ targets, routes, rows }, mostGroups), [targets, routes, rows]);
  const shown = count.routes.find(({ id }) => id === chosen)?.id ?? count.lit ?? count.routes[0]?.id ?? '';
  const { element, size } = useWidth<HTMLDivElement>();
  const fits = size !== null && size.width >= narrowest * size.rem;
  const button = (name: typeof view, icon: IconName) => (
    <Button aria-pressed={view === name} icon={<Icon name={icon} />} onClick={() => setView(name)}>
      {t(`map.${name}`)}
    </Button>
  );
  return (
    <Screen
      title={t('rail.map')}
      lead={<Lead run={run} count={count} />}
      {...(fits && {
        actions: (
          <div className={styles.views}>
            {button('picture', 'map')}
            {button('table', 'report')}
          </div>
        ),
      })}
    >
      <div ref={element}>
        {fits && view === 'picture' ? (
          <div className={styles.picture}>
            <MapPicture run={run} count={count} shown={shown} onChoose={setChosen} />
            <ChosenSentence run={run} count={count} shown={shown} />
          </div>
        ) : (
          size && <MapTable run={run} count={count} />
        )}
      </div>
    </Screen>
  );
}

function Lead({ run, count }: { readonly run: RunState; readonly count: MapCount }) {
  const { t } = useTranslation();
  const title = useRouteTitle(run.environment);
  const lit = run.routes.find(({ id }) => id === count.lit);
  const best = count.routes.find(({ id }) => id === count.lit);
  if (!lit || !best) return isRunning(run) ? t('map.leadWaiting') : t('map.leadNone');
  return (
    <bdi>{t(isRunning(run) ? 'map.leadSoFar' : 'map.lead', { route: title(lit), ok: best.ok, count: best.total })}</bdi>
  );
}

function ChosenSentence({ run, count, shown }: { run: RunState; count: MapCount; shown: string }) {
  const { say } = useRouteSentence(run.environment);
  const route = run.routes.find(({ id }) => id === shown);
  return (
    <p className={styles.sentence}>
      <bdi>{route ? say(route, count) : ''}</bdi>
    </p>
  );
}
