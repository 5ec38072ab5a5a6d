import { useTranslation } from 'react-i18next';
import type { ScenarioView } from '../../../model/contract.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { ChoiceMenu } from './choice-menu.tsx';
import { useScenarioWords } from './use-scenario-words.ts';

interface ScenarioMenuProps {
  readonly label: string;
  readonly scenarios: readonly ScenarioView[];
  readonly chosen?: string | undefined;
  readonly onChoose: (scenario: string) => Promise<void>;
}

/** The practice networks, each with what happens in it. */
export function ScenarioMenu({ label, scenarios, chosen, onChoose }: ScenarioMenuProps) {
  const { t } = useTranslation();
  const wordsOf = useScenarioWords();
  return (
    <ChoiceMenu
      trigger={
        <Button look="plain">
          {label}
          <Icon name="down" />
        </Button>
      }
      heading={t('check.empty.practiceHint')}
      align="start"
      disabled={scenarios.length === 0}
      chosen={chosen ?? ''}
      choices={scenarios.map((scenario) => {
        const { name, summary } = wordsOf(scenario);
        return { id: scenario.id, name, hint: summary };
      })}
      onChoose={(id) => void onChoose(id)}
    />
  );
}
