import { useTranslation } from 'react-i18next';
import type { ScenarioView } from '../../../model/contract.ts';
import { Button } from '../../components/button.tsx';
import styles from './practice-strip.module.css';
import { ScenarioMenu } from './scenario-menu.tsx';
import type { CheckActions } from './use-check.ts';

interface PracticeStripProps {
  readonly scenario: ScenarioView | undefined;
  readonly scenarios: readonly ScenarioView[];
  readonly actions: CheckActions;
}

/** Says that nothing here is real, and the way out of it. */
export function PracticeStrip({ scenario, scenarios, actions }: PracticeStripProps) {
  const { t } = useTranslation();
  return (
    <section className={styles.strip} aria-label={t('check.practice.label')}>
      <div className={styles.words}>
        <p>
          <strong>
            <bdi>{scenario?.name ?? t('check.practice.label')}</bdi>
          </strong>{' '}
          · {t('check.practice.simulated')}
        </p>
        {scenario && (
          <p className={styles.summary} dir="auto">
            {scenario.summary}
          </p>
        )}
      </div>
      <div className={styles.actions}>
        <ScenarioMenu
          label={t('check.practice.choose')}
          scenarios={scenarios}
          chosen={scenario?.id}
          onChoose={actions.startPractice}
        />
        <Button onClick={() => void actions.leavePractice()}>{t('check.practice.leave')}</Button>
      </div>
    </section>
  );
}
