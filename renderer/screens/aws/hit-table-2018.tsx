import { useTranslation } from 'react-i18next';
import { operatorName } from '../../components/operator-names.ts';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import type { Hit2018 } from './april-2018.ts';
import styles from './aws.module.css';
import { HostLink } from './host-link.tsx';
import { HostVerdict } from './host-verdict.tsx';
import { usePortion } from './use-portion.tsx';

interface HitTable2018Props {
  readonly hit: readonly Hit2018[];
  readonly day: string;
  readonly run: RunState;
}

/** The tested services that lie on the list by a day, those that would go wholly first. */
export function HitTable2018({ hit, day, run }: HitTable2018Props) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  const { shown, more } = usePortion(hit);
  const date = (iso: string) => dateTime(iso, { day: 'numeric', month: 'long', timeZone: 'UTC' });
  return (
    <section className={styles.section} aria-labelledby="aws-hit-2018">
      <h3 id="aws-hit-2018" className={styles.answer} aria-live="polite">
        {t('aws.hit2018', { count: hit.length, total: run.plan.targets.length, date: date(day) })}
      </h3>
      {hit.length > 0 && (
        <ScrollBox label={t('aws.hit2018Label')}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('aws.columns.name')}</th>
                <th scope="col">{t('aws.cloud')}</th>
                <th scope="col">{t('aws.howMuch')}</th>
                <th scope="col">{t('aws.range')}</th>
                <th scope="col">{t('aws.firstSeen')}</th>
                <th scope="col">{t('aws.today')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ host, operators, inside, partly }) => (
                <tr key={host.targetId}>
                  <th scope="row">
                    <HostLink host={host} run={run} />
                  </th>
                  <td>{operators.map(operatorName).join(', ')}</td>
                  <td>{t(partly ? 'aws.partly' : 'aws.wholly')}</td>
                  <td>
                    {[...new Set(inside.map(({ prefix }) => prefix))].map((prefix) => (
                      <div key={prefix} className="mono">
                        {prefix}
                      </div>
                    ))}
                  </td>
                  <td>{date(inside.map(({ firstSeen }) => firstSeen).toSorted()[0] ?? day)}</td>
                  <td>
                    <HostVerdict host={host} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {more}
    </section>
  );
}
