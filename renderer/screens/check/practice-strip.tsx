import { useTranslation } from 'react-i18next';
import type { ScenarioView } from '../../../model/contract.ts';
import { Button } from '../../components/button.tsx';
import styles from './practice-strip.module.css';
import { ScenarioMenu } from './scenario-menu.tsx';
import type { CheckActions } from './use-check.ts';
import { useScenarioWords } from './use-scenario-words.ts';

interface PracticeStripProps {
  readonly scenario: ScenarioView | undefined;
  readonly scenarios: readonly ScenarioView[];
  readonly actions: CheckActions;
}

/** Says that nothing here is real, and the way out of it. */
export function PracticeStrip({ scenario, scenarios, actions }: PracticeStripProps) {
  const { t } = useTranslation();
  const wordsOf = useScenarioWords();
  const words = scenario && wordsOf(scenario);
  return (
    <section className={styles.strip} aria-label={t('check.practice.label')}>
      <div className={styles.words}>
        <p>
          <strong>
            <bdi>{words?.name ?? t('check.practice.label')}</bdi>
          </strong>{' '}
          · {t('check.practice.simulated')}
        </p>
        {words && (
          <p className={styles.summary} dir="auto">
            {words.summary}
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
