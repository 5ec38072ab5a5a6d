import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import styles from './check-controls.module.css';

interface ChoiceMenuProps {
  /** What opens it: a button. */
  readonly trigger: ReactNode;
  readonly heading: string;
  readonly align: 'start' | 'end';
  readonly disabled: boolean;
  /** The id of the choice that holds; empty for none. */
  readonly chosen: string;
  readonly choices: readonly { readonly id: string; readonly name: string; readonly hint: string }[];
  readonly onChoose: (id: string) => void;
}

/** One of several, each with a sentence. */
export function ChoiceMenu({ trigger, heading, align, disabled, chosen, choices, onChoose }: ChoiceMenuProps) {
  const { i18n } = useTranslation();
  return (
    <DropdownMenu.Root modal={false} dir={i18n.dir()}>
      <DropdownMenu.Trigger asChild disabled={disabled}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById('content')}>
        <DropdownMenu.Content className={styles.menu} align={align} sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Label className={styles.heading}>{heading}</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={chosen} onValueChange={onChoose}>
            {choices.map(({ id, name, hint }) => (
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
                    {hint}
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
