import { useTranslation } from 'react-i18next';
import { Glyph } from '../../components/glyph.tsx';
import { toneOfVerdict } from '../../components/status.ts';
import { useWords } from '../../i18n/use-words.ts';
import styles from './aws.module.css';
import type { CloudHost } from './cloud-hosts.ts';

export function HostVerdict({ host }: { readonly host: Pick<CloudHost, 'verdict'> }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const { verdict } = host;
  return (
    <span className={styles.status}>
      <Glyph tone={verdict ? toneOfVerdict[verdict.verdict] : 'unsure'} />
      <span>
        {verdict ? word('verdicts', verdict.verdict) : t('aws.notJudged')}
        {verdict?.mechanism !== undefined && (
          <span className={styles.fine}>
            <br />
            {t('aws.consistent', { mechanism: word('mechanisms', verdict.mechanism) })}
          </span>
        )}
      </span>
    </span>
  );
}
