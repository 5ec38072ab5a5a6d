import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScenarioView } from '../../../model/contract.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { LitWay } from '../../components/lit-way.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './check-empty.module.css';
import { ConnectionLine } from './connection-line.tsx';
import { ScenarioMenu } from './scenario-menu.tsx';
import type { CheckActions } from './use-check.ts';

/** The evening that every reader of the news knows: it shows the most. */
export const firstScenario = 'russia-2018';

const selectState = (state: AppState) => state;

interface CheckEmptyProps {
  readonly scenarios: readonly ScenarioView[];
  readonly actions: CheckActions;
}

/** Before the first check: what will happen, and a way to see it without sending anything. */
export function CheckEmpty({ scenarios, actions }: CheckEmptyProps) {
  const { t } = useTranslation();
  const { routes, go } = useApp(selectState);
  const services = useServiceCount();
  const alone = routes.routes.filter(({ enabled }) => enabled).length < 2;
  return (
    <div className={styles.empty}>
      <LitWay />
      <div className={styles.words}>
        <h2 className={styles.title}>{t('check.empty.title')}</h2>
        <p>{services === undefined ? t('check.empty.whatPlain') : t('check.empty.what', { count: services })}</p>
        {alone && (
          <p>
            {t('check.empty.noRoutes')}{' '}
            <Button look="plain" className={styles.inline} onClick={() => go({ screen: 'routes' })}>
              {t('check.empty.addRoute')}
            </Button>
          </p>
        )}
        <ConnectionLine environment={null} current={undefined} />
        <div className={styles.practice}>
          <Button icon={<Icon name="play" />} onClick={() => void actions.startPractice(firstScenario)}>
            {t('check.empty.practice')}
          </Button>
          <ScenarioMenu label={t('check.empty.otherPractice')} scenarios={scenarios} onChoose={actions.startPractice} />
          <p className={styles.hint}>{t('check.empty.practiceHint')}</p>
        </div>
      </div>
    </div>
  );
}

/** How many services the next check asks, Telegram's own endpoints apart; undefined until it is read. */
function useServiceCount(): number | undefined {
  const { bridge, settings } = useApp(selectState);
  const [read, setRead] = useState<{ readonly profile: string; readonly count: number }>();
  const { profile } = settings;
  useEffect(() => {
    let current = true;
    void bridge.readTargets().then((answer) => {
      if (!current || !answer.ok) return;
      const count = answer.value.filter(({ enabled, group }) => enabled && group !== 'telegram').length;
      setRead({ profile, count });
    });
    return () => {
      current = false;
    };
  }, [bridge, profile]);
  return read?.profile === profile ? read.count : undefined;
}
