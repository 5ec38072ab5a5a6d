import { useTranslation } from 'react-i18next';
import type { AddressShare, Overlay2018 } from '../../../model/cloud.ts';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { useWords } from '../../i18n/use-words.ts';
import styles from './aws.module.css';
import { useShare } from './use-share.ts';

/**
 * What was told of one day then, of Amazon as it was, with the share of Amazon as it is beside it: Amazon has grown and moved,
 * so the two are two figures.
 */
export function ThenAndToday({ overlay }: { readonly overlay: Overlay2018 }) {
  const { t } = useTranslation();
  const { number, dateTime } = useWords();
  const share = useShare();
  const { told, days } = overlay;
  const today = days.find(({ day }) => day === told.day);
  const date = dateTime(told.day, { dateStyle: 'long', timeZone: 'UTC' });
  const rows: readonly { readonly name: string; readonly told: number; readonly now: AddressShare | undefined }[] = [
    { name: t('aws.wholeAmazon'), told: told.amazon, now: today?.amazon ?? undefined },
    ...told.regions.map((item) => ({
      name: item.region,
      told: item.share,
      now: today?.regions.find(({ region }) => region === item.region),
    })),
  ];
  return (
    <section className={styles.section} aria-labelledby="aws-then">
      <h3 id="aws-then">{t('aws.thenAndToday', { date })}</h3>
      <p className={styles.fine}>{t('aws.thenHint')}</p>
      <ScrollBox label={t('aws.thenAndToday', { date })}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('aws.ofWhat')}</th>
              <th scope="col">{t('aws.blockedShare', { date })}</th>
              <th scope="col">{t('aws.shareToday')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, told: counted, now }) => (
              <tr key={name}>
                <th scope="row">
                  <bdi>{name}</bdi>
                </th>
                <td>{number(counted, { style: 'percent', maximumFractionDigits: 1 })}</td>
                <td>{now ? share(now) : t('aws.unknownShare')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}
