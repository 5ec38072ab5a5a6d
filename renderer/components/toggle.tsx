import { Switch } from 'radix-ui';
import styles from './toggle.module.css';

interface ToggleProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly id?: string;
  /** Where it is a part of a grid, which moves the focus itself. */
  readonly tabIndex?: number;
}

/** On or off, at once. `label` is its name for screen readers. */
export function Toggle({ label, checked, onChange, disabled = false, id, tabIndex }: ToggleProps) {
  return (
    <Switch.Root
      {...(id !== undefined && { id })}
      {...(tabIndex !== undefined && { tabIndex })}
      className={styles.toggle}
      aria-label={label}
      checked={checked}
      disabled={disabled}
      onCheckedChange={onChange}
    >
      <Switch.Thumb className={styles.thumb} />
    </Switch.Root>
  );
}
