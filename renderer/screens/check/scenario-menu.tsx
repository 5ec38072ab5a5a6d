import { DropdownMenu } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import type { ScenarioView } from '../../../model/contract.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import styles from './check-controls.module.css';
import { useScenarioWords } from './use-scenario-words.ts';

interface ScenarioMenuProps {
  readonly label: string;
  readonly scenarios: readonly ScenarioView[];
  readonly chosen?: string | undefined;
  readonly onChoose: (scenario: string) => Promise<void>;
}

/** The practice networks, each with what happens in it. */
export function ScenarioMenu({ label, scenarios, chosen, onChoose }: ScenarioMenuProps) {
  const { t, i18n } = useTranslation();
  const wordsOf = useScenarioWords();
  return (
    <DropdownMenu.Root modal={false} dir={i18n.dir()}>
      <DropdownMenu.Trigger asChild disabled={scenarios.length === 0}>
        <Button look="plain">
          {label}
          <Icon name="down" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById('content')}>
        <DropdownMenu.Content className={styles.menu} align="start" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Label className={styles.heading}>{t('check.empty.practiceHint')}</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={chosen ?? ''} onValueChange={(id) => void onChoose(id)}>
            {scenarios
              .map((scenario) => ({ id: scenario.id, ...wordsOf(scenario) }))
              .map(({ id, name, summary }) => (
                <DropdownMenu.RadioItem key={id} value={id} className={styles.item}>
                  <span className={styles.box} data-round>
                    <DropdownMenu.ItemIndicator>
                      <Icon name="check" />
                    </DropdownMenu.ItemIndicator>
                  </span>
                  <span className={styles.words}>
                    <strong>
                      <bdi>{name}</bdi>
                    </strong>
                    <span className={styles.hint} dir="auto">
                      {summary}
                    </span>
                  </span>
                </DropdownMenu.RadioItem>
              ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
