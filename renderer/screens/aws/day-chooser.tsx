import { useTranslation } from 'react-i18next';
import type { Day2018 } from '../../../model/cloud.ts';
import { useWords } from '../../i18n/use-words.ts';
import styles from './aws.module.css';

interface DayChooserProps {
  readonly days: readonly Day2018[];
  readonly chosen: string;
  readonly onChoose: (day: string) => void;
}

/** Every day of the list, each with how many addresses were on it by then. */
export function DayChooser({ days, chosen, onChoose }: DayChooserProps) {
  const { t } = useTranslation();
  const { dateTime, number } = useWords();
  return (
    <fieldset className={styles.days}>
      <legend>{t('aws.until')}</legend>
      {days.map(({ day, addresses }) => (
        <label
          key={day}
          className={styles.day}
          data-chosen={day === chosen || undefined}
          data-past={day <= chosen || undefined}
        >
          <input
            type="radio"
            name="day-2018"
            value={day}
            checked={day === chosen}
            onChange={() => onChoose(day)}
            className="visually-hidden"
          />
          <span className={styles.dot} aria-hidden="true" />
          <span>{dateTime(day, { day: 'numeric', month: 'long', timeZone: 'UTC' })}</span>
          <span className={styles.fine} aria-hidden="true">
            {number(addresses, { notation: 'compact', maximumFractionDigits: 1 })}
          </span>
          <span className="visually-hidden">{t('aws.addressesByThen', { number: number(addresses) })}</span>
        </label>
      ))}
    </fieldset>
  );
}
