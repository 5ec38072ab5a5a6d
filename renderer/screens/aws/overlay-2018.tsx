import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { isAddress } from '../../components/address-words.ts';
import { Empty } from '../../components/empty.tsx';
import { operatorName } from '../../components/operator-names.ts';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { useAddressFacts } from '../../components/use-address-facts.ts';
import { useRemembered } from '../../components/use-remembered.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import { daysOf2018, type Host2018, hitBy2018 } from './april-2018.ts';
import styles from './aws.module.css';
import type { CloudHost } from './cloud-hosts.ts';
import { HostLink } from './host-link.tsx';
import { HostVerdict } from './host-verdict.tsx';

interface Overlay2018Props {
  readonly run: RunState | null;
  readonly hosts: readonly CloudHost[];
}

/** "What if it happened again": which of the tested hosts lie in the ranges that were blocked in April 2018. */
export function Overlay2018({ run, hosts }: Overlay2018Props) {
  const { t } = useTranslation();
  const marked = useMemo(() => hosts.filter(({ list2018 }) => list2018), [hosts]);
  const facts = useAddressFacts(
    useMemo(() => marked.flatMap(({ findings }) => findings.map(({ address }) => address)).filter(isAddress), [marked]),
  );
  const days = daysOf2018(marked, facts);
  const [chosen, choose] = useRemembered('aws-day', '');
  const day = days.includes(chosen) ? chosen : (days.at(-1) ?? '');
  const hit = hitBy2018(marked, facts, day);
  return (
    <>
      <div className={styles.story}>
        <h2>{t('aws.april')}</h2>
        <p>{t('aws.aprilStory')}</p>
        <p className={styles.fine}>{t('aws.aprilNever')}</p>
      </div>
      {!run?.outcome && <Empty title={t(run ? 'aws.running' : 'aws.empty')} />}
      {run?.outcome && marked.length === 0 && (
        <Empty title={t('aws.none2018')}>
          <p>{t('aws.none2018Hint')}</p>
        </Empty>
      )}
      {run?.outcome && marked.length > 0 && days.length === 0 && <p role="status">{t('aws.readingData')}</p>}
      {run?.outcome && days.length > 0 && (
        <>
          <DayControl days={days} day={day} marked={marked} facts={facts} onChoose={choose} />
          <Hit2018 hit={hit} day={day} run={run} />
        </>
      )}
    </>
  );
}

interface DayControlProps {
  readonly days: readonly string[];
  readonly day: string;
  readonly marked: readonly CloudHost[];
  readonly facts: ReturnType<typeof useAddressFacts>;
  readonly onChoose: (day: string) => void;
}

/** The days on which ranges appeared, each with how many hosts were hit by then. */
function DayControl({ days, day, marked, facts, onChoose }: DayControlProps) {
  const { t } = useTranslation();
  const { dateTime, number } = useWords();
  return (
    <fieldset className={styles.days}>
      <legend>{t('aws.until')}</legend>
      {days.map((item) => {
        const count = hitBy2018(marked, facts, item).length;
        return (
          <label
            key={item}
            className={styles.day}
            data-chosen={item === day || undefined}
            data-past={item <= day || undefined}
          >
            <input
              type="radio"
              name="day-2018"
              value={item}
              checked={item === day}
              onChange={() => onChoose(item)}
              className="visually-hidden"
            />
            <span className={styles.dot} aria-hidden="true" />
            <span>{dateTime(item, { day: 'numeric', month: 'long', timeZone: 'UTC' })}</span>
            <strong>{number(count)}</strong>
            <span className="visually-hidden">{t('aws.hitByThen', { count })}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

function Hit2018({
  hit,
  day,
  run,
}: {
  readonly hit: readonly Host2018[];
  readonly day: string;
  readonly run: RunState;
}) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  const date = (iso: string) => dateTime(iso, { day: 'numeric', month: 'long', timeZone: 'UTC' });
  return (
    <section className={styles.section} aria-labelledby="aws-hit-2018">
      <h3 id="aws-hit-2018" className={styles.answer}>
        {t('aws.hit2018', { count: hit.length, total: run.plan.targets.length, date: date(day) })}
      </h3>
      <ScrollBox label={t('aws.hit2018Label')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('aws.columns.name')}</th>
              <th scope="col">{t('aws.cloud')}</th>
              <th scope="col">{t('aws.range')}</th>
              <th scope="col">{t('aws.firstSeen')}</th>
              <th scope="col">{t('aws.today')}</th>
            </tr>
          </thead>
          <tbody>
            {hit.map(({ host, inside, partly }) => (
              <tr key={`${host.operator} ${host.targetId}`}>
                <th scope="row">
                  <HostLink host={host} run={run} />
                </th>
                <td>{operatorName(host.operator)}</td>
                <td>
                  {[...new Set(inside.map(({ prefix }) => prefix))].map((prefix) => (
                    <div key={prefix} className="mono">
                      {prefix}
                    </div>
                  ))}
                  {partly && <span className={styles.fine}>{t('aws.partly')}</span>}
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
    </section>
  );
}
