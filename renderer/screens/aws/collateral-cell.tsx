import { useTranslation } from 'react-i18next';
import { Glyph } from '../../components/glyph.tsx';
import { heading, sentence } from '../../i18n/sentence.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import styles from './aws.module.css';
import type { CloudHost } from './cloud-hosts.ts';
import { whyNoScore, whyNoSurer } from './judge-score.ts';

const hypotheses = ['down', 'geo', 'hostname', 'address', 'network', 'local'] as const;

/**
 * Whether where the host lives is why it fails: the band in words, why it is no surer, everything it rests on and what else it
 * may be. The number comes last, for it means nothing without these.
 */
export function CollateralCell({ host, run }: { readonly host: CloudHost; readonly run: RunState }) {
  const { t } = useTranslation();
  const { number, word, list, language } = useWords();
  const { collateral } = host;
  if (!collateral) return <NoScore host={host} run={run} />;
  const { band, score, evidence, otherwise } = collateral;
  const why = whyNoSurer(collateral);
  const other = hypotheses.find((name) => name === otherwise);
  return (
    <div className={styles.score}>
      <p>
        <strong className={styles.band} data-band={band}>
          {heading(t(`aws.bands.${band}`), language)}
        </strong>
        {why.length > 0 && `: ${list(why.map((need) => t(`aws.because.${need}`)))}`}
      </p>
      <ul className={styles.plain}>
        {evidence.map((key) => (
          <li key={key}>{sentence(word('collateral', key), language)}</li>
        ))}
      </ul>
      <p>{t('aws.otherwise', { what: other === undefined ? otherwise : t(`aws.hypotheses.${other}`) })}</p>
      {why.length > 0 && <p>{t('aws.toBeSure', { what: list(why.map((need) => t(`aws.needs.${need}`))) })}</p>}
      <p className={styles.fine}>
        {t('aws.score', { score: number(score, { minimumFractionDigits: 2, maximumFractionDigits: 2 }) })}
      </p>
    </div>
  );
}

function NoScore({ host, run }: { readonly host: CloudHost; readonly run: RunState }) {
  const { t } = useTranslation();
  const why = whyNoScore(host, run);
  if (why !== 'reachable') return <span className={styles.fine}>{t(`aws.noScore.${why}`)}</span>;
  return (
    <span className={styles.status}>
      <Glyph tone="ok" />
      <span>{t('aws.noScore.reachable')}</span>
    </span>
  );
}
