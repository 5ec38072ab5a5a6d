import { useTranslation } from 'react-i18next';
import type { AddressFacts } from '../../../model/cloud.ts';
import type { LookupAnswer, RangeFacts } from '../../../model/contract.ts';
import { operatorName } from '../../components/operator-names.ts';
import { useWords } from '../../i18n/use-words.ts';
import styles from './aws.module.css';
import { useShare } from './use-share.ts';

/** One word with what is known of it. */
export function LookupResult({ answer }: { readonly answer: LookupAnswer }) {
  const { t } = useTranslation();
  const { problem } = useWords();
  return (
    <article className={styles.result} aria-label={answer.word}>
      <p className={`mono ${styles.word}`}>{answer.word}</p>
      {'problem' in answer && <p className={styles.bad}>{problem(answer.problem)}</p>}
      {'range' in answer && <RangeView range={answer.range} />}
      {'region' in answer && <RegionView {...answer.region} />}
      {'addresses' in answer && answer.failure !== undefined && (
        <p className={styles.bad}>{t('aws.notResolved', { code: answer.failure })}</p>
      )}
      {'addresses' in answer && answer.addresses.length === 0 && answer.failure === undefined && (
        <p>{t('aws.noAddress')}</p>
      )}
      {'addresses' in answer &&
        answer.addresses.map(({ address, facts }) => <FactsView key={address} address={address} facts={facts} />)}
    </article>
  );
}

function FactsView({ address, facts }: { readonly address: string; readonly facts: AddressFacts }) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  const { asn, asName, operator, prefix, region, service, range2018 } = facts;
  return (
    <dl className={styles.facts}>
      <dt>{t('aws.columns.address')}</dt>
      <dd className="mono">{address}</dd>
      <dt>{t('aws.network')}</dt>
      <dd>
        <bdi>{asn === undefined ? t('aws.networkUnknown') : `AS${asn}${asName === undefined ? '' : ` ${asName}`}`}</bdi>
      </dd>
      <dt>{t('aws.cloud')}</dt>
      <dd>{operator === undefined ? t('aws.noCloud') : operatorName(operator)}</dd>
      {prefix !== undefined && (
        <>
          <dt>{t('aws.prefix')}</dt>
          <dd>
            <span className="mono">{prefix}</span>{' '}
            <bdi>{[service, region ?? t('aws.global')].filter(Boolean).join(', ')}</bdi>
          </dd>
        </>
      )}
      <dt>{t('aws.columns.list2018')}</dt>
      <dd>
        {range2018 === undefined
          ? t('aws.notIn2018')
          : t('aws.in2018', {
              prefix: range2018.prefix,
              date: dateTime(range2018.firstSeen, { dateStyle: 'long', timeZone: 'UTC' }),
            })}
        {range2018 !== undefined && <p className={styles.fine}>{t('aws.aprilNever')}</p>}
      </dd>
    </dl>
  );
}

function RangeView({ range }: { readonly range: RangeFacts }) {
  const { t } = useTranslation();
  const { number, list } = useWords();
  const { addresses, prefixes, regions, services, systems, addresses2018 } = range;
  const counted = (counts: Readonly<Record<string, number>>) =>
    list(
      Object.entries(counts)
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, 12)
        .map(([name, count]) => `${name} (${number(count)})`),
    );
  return (
    <dl className={styles.facts}>
      <dt>{t('aws.size')}</dt>
      <dd>{sayCount(addresses, number)}</dd>
      {systems.length > 0 && (
        <>
          <dt>{t('aws.networks')}</dt>
          <dd>
            <bdi>{list(systems.slice(0, 6).map(({ asn, name }) => `AS${asn} ${name}`))}</bdi>
            {systems.length > 6 && ` ${t('aws.andMore', { number: number(systems.length - 6) })}`}
          </dd>
        </>
      )}
      <dt>{t('aws.prefixes')}</dt>
      <dd>{prefixes.length === 0 ? t('aws.noPrefixes') : number(prefixes.length)}</dd>
      {prefixes.length > 0 && (
        <>
          <dt>{t('aws.regions')}</dt>
          <dd>
            <bdi>{counted(regions)}</bdi>
          </dd>
          <dt>{t('aws.services')}</dt>
          <dd>
            <bdi>{counted(services)}</bdi>
          </dd>
        </>
      )}
      <dt>{t('aws.columns.list2018')}</dt>
      <dd>
        {addresses2018 === 0 ? t('aws.notIn2018') : t('aws.rangeIn2018', { number: number(addresses2018) })}
        <DaysView days={range.days2018} />
      </dd>
    </dl>
  );
}

/** One of Amazon's regions. */
function RegionView({ addresses, days2018 }: Pick<RangeFacts, 'days2018'> & { readonly addresses: number }) {
  const { t } = useTranslation();
  const { number } = useWords();
  const share = useShare();
  const listed = days2018.at(-1)?.addresses ?? 0;
  const said = `${number(listed)} (${share({ inside: listed, total: addresses })})`;
  return (
    <dl className={styles.facts}>
      <dt>{t('aws.size')}</dt>
      <dd>{number(addresses)}</dd>
      <dt>{t('aws.columns.list2018')}</dt>
      <dd>
        {listed === 0 ? t('aws.notIn2018') : t('aws.rangeIn2018', { number: said })}
        {listed > 0 && <DaysView days={days2018} />}
      </dd>
    </dl>
  );
}

/** How many addresses were listed by the end of each day, and that it is history. */
function DaysView({ days }: { readonly days: RangeFacts['days2018'] }) {
  const { t } = useTranslation();
  const { number, dateTime } = useWords();
  // Days on which it grew: on the others it was what it had been.
  const grown = days.filter(({ addresses }, at) => addresses > (days[at - 1]?.addresses ?? 0));
  if (grown.length === 0) return null;
  return (
    <>
      <ul className={styles.fine}>
        {grown.map(({ day, addresses }) => (
          <li key={day}>
            {t('aws.byDay', {
              date: dateTime(day, { day: 'numeric', month: 'long', timeZone: 'UTC' }),
              number: number(addresses),
            })}
          </li>
        ))}
      </ul>
      <p className={styles.fine}>{t('aws.aprilNever')}</p>
    </>
  );
}

/** Ranges of IPv6 hold more than a number can: those are shown digit by digit. */
function sayCount(decimal: string, number: (value: number) => string): string {
  return decimal.length <= 15 && /^\d+$/.test(decimal) ? number(Number(decimal)) : decimal;
}
