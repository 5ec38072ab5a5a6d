import { useTranslation } from 'react-i18next';
import { sentence } from '../../i18n/sentence.ts';
import { useWords } from '../../i18n/use-words.ts';
import styles from './aws.module.css';
import type { CloudHost } from './cloud-hosts.ts';

const hypotheses = ['down', 'geo', 'hostname', 'address', 'network', 'local'] as const;

/** How likely it is that where the host lives is why it fails; the score always with what it rests on. */
export function CollateralCell({ collateral }: { readonly collateral: NonNullable<CloudHost['collateral']> }) {
  const { t } = useTranslation();
  const { number, word, list, language } = useWords();
  const { band, score, evidence, otherwise, capped = [] } = collateral;
  const other = hypotheses.find((name) => name === otherwise);
  return (
    <details className={styles.score}>
      <summary>
        <span className={styles.band} data-band={band}>
          {t(`aws.bands.${band}`)}
        </span>{' '}
        {t('aws.score', { score: number(score, { minimumFractionDigits: 2, maximumFractionDigits: 2 }) })}
      </summary>
      <ul className={styles.plain}>
        {evidence.map((key) => (
          <li key={key}>{sentence(word('collateral', key), language)}</li>
        ))}
      </ul>
      {capped.length > 0 && (
        <p className={styles.fine}>
          {t('aws.capped')} {sentence(list(capped.map((key) => word('collateral', key))), language)}
        </p>
      )}
      <p className={styles.fine}>
        {t('aws.otherwise', { what: other === undefined ? otherwise : t(`aws.hypotheses.${other}`) })}
      </p>
    </details>
  );
}
