import { useTranslation } from 'react-i18next';
import type { Day2018, RangesSource } from '../../../model/cloud.ts';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { useWords } from '../../i18n/use-words.ts';
import styles from './aws.module.css';
import { useShare } from './use-share.ts';

interface Regions2018Props {
  readonly day: Day2018;
  readonly source: RangesSource['source'];
}

/** How much of each of Amazon's regions of today lay on the list by a day; a bar beside the figure, never in its place. */
export function Regions2018({ day, source }: Regions2018Props) {
  const { t } = useTranslation();
  const { number } = useWords();
  const share = useShare();
  if (source === 'operator') return <p className={styles.fine}>{t('aws.noRegions2018')}</p>;
  if (day.regions.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="aws-regions-2018">
      <h3 id="aws-regions-2018">{t('aws.regions2018')}</h3>
      <ScrollBox label={t('aws.regions2018')}>
        <table className={`${styles.table} ${styles.grid}`}>
          <thead>
            <tr>
              <th scope="col">{t('aws.region')}</th>
              <th scope="col">{t('aws.shareToday')}</th>
              <th scope="col">{t('aws.size')}</th>
            </tr>
          </thead>
          <tbody>
            {day.regions.map(({ region, inside, total }) => (
              <tr key={region}>
                <th scope="row">
                  <bdi>{region}</bdi>
                </th>
                <td className={`${styles.field} ${styles.wide}`} data-empty={inside === 0 || undefined}>
                  <span
                    className={styles.fill}
                    data-tone="fail"
                    style={{ inlineSize: `${(inside / total) * 100}%` }}
                    aria-hidden="true"
                  />
                  <span className={styles.number}>{share({ inside, total })}</span>
                </td>
                <td>{t('aws.addressesOf', { inside: number(inside), total: number(total) })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}
