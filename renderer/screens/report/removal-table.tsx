import { useTranslation } from 'react-i18next';
import type { Removal } from '../../../model/contract.ts';
import { useWords } from '../../i18n/use-words.ts';
import styles from './report.module.css';

/** More than this is counted, not listed. */
const shownRows = 100;

export function RemovalTable({ removals }: { readonly removals: readonly Removal[] }) {
  const { t } = useTranslation();
  const { number } = useWords();
  if (removals.length === 0) return <p>{t('report.nothingRemoved')}</p>;
  return (
    <div className={styles.tablePlace}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('report.what')}</th>
            <th scope="col">{t('report.before')}</th>
            <th scope="col">{t('report.after')}</th>
            <th scope="col" className={styles.count}>
              {t('report.times')}
            </th>
          </tr>
        </thead>
        <tbody>
          {removals.slice(0, shownRows).map(({ what, before, after, count }) => (
            <tr key={`${what} ${before}`}>
              <td>{t(`report.whats.${what}`)}</td>
              <td>
                <code>{before}</code>
              </td>
              <td>{after === '' ? t('report.gone') : <code>{after}</code>}</td>
              <td className={styles.count}>{number(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {removals.length > shownRows && (
        <p className={styles.hint}>{t('report.more', { count: removals.length - shownRows })}</p>
      )}
    </div>
  );
}
