import { DropdownMenu } from 'radix-ui';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import type { AppState } from '../../store/app-store.ts';
import type { RunState } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './check-controls.module.css';
import { checkView, useCheckView } from './check-view.ts';
import { type ChoosableRoute, practiceRoutes, rememberRoutes } from './practice-routes.ts';
import type { CheckActions } from './use-check.ts';

const selectRoutes = (state: AppState) => state.routes.routes;
const selectGo = (state: AppState) => state.go;

interface RoutesMenuProps {
  readonly run: RunState | null;
  readonly actions: CheckActions;
}

/** The routes of the next check, or of the next practice run, each to switch on or off. */
export function RoutesMenu({ run, actions }: RoutesMenuProps) {
  const { t, i18n } = useTranslation();
  const go = useApp(selectGo);
  const routes = useChoosable(run);
  const titleOf = useRouteTitle(run?.environment ?? null);
  const on = routes.filter(({ enabled }) => enabled).length;
  return (
    <DropdownMenu.Root modal={false} dir={i18n.dir()}>
      <DropdownMenu.Trigger asChild>
        <Button
          icon={<Icon name="routes" />}
          aria-label={`${t('check.routesMenu')}: ${t('check.routesOn', { count: on })}`}
        >
          {t('check.routesOn', { count: on })}
          <Icon name="down" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById('content')}>
        <DropdownMenu.Content className={styles.menu} align="end" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Label className={styles.heading}>{t('check.routesMenu')}</DropdownMenu.Label>
          {routes.map((route) => (
            <DropdownMenu.CheckboxItem
              key={route.id}
              className={styles.item}
              checked={route.enabled}
              disabled={route.kind === 'direct'}
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={(enabled) => void actions.toggleRoute(route.id, enabled)}
            >
              <span className={styles.box}>
                <DropdownMenu.ItemIndicator>
                  <Icon name="check" />
                </DropdownMenu.ItemIndicator>
              </span>
              <span className={styles.words}>
                <bdi>{titleOf(route)}</bdi>
                <span className={styles.hint}>
                  {route.kind === 'direct' ? (
                    t('check.matrix.alwaysOn')
                  ) : (
                    <span className="mono">{route.endpoint}</span>
                  )}
                </span>
              </span>
            </DropdownMenu.CheckboxItem>
          ))}
          {run?.plan.kind !== 'practice' && (
            <>
              <DropdownMenu.Separator className={styles.divider} />
              <DropdownMenu.Item className={styles.item} onSelect={() => go({ screen: 'routes' })}>
                <Icon name="edit" />
                {t('check.routesManage')}
              </DropdownMenu.Item>
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function useChoosable(run: RunState | null): readonly ChoosableRoute[] {
  const saved = useApp(selectRoutes);
  const { without, known } = useCheckView((view) => view);
  const plan = run?.plan.kind === 'practice' ? run.plan : undefined;
  useEffect(() => {
    if (plan) checkView.setState(({ known: before }) => ({ known: rememberRoutes(before, plan) }));
  }, [plan]);
  return plan ? practiceRoutes(rememberRoutes(known, plan), plan, without) : saved;
}
