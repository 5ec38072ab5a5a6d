import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Day2018, Overlay2018 } from '../../../model/cloud.ts';
import { operatorName } from '../../components/operator-names.ts';
import { useWords } from '../../i18n/use-words.ts';
import { isRunning, type RunState } from '../../store/run-state.ts';
import type { Hit2018 } from './april-2018.ts';
import styles from './aws.module.css';
import { useShare } from './use-share.ts';

interface Figures2018Props {
  readonly day: Day2018;
  readonly overlay: Overlay2018;
  readonly hit: readonly Hit2018[];
  readonly run: RunState | null;
}

/** The three figures of a day: addresses, how much of today's Amazon, how many of one's own services. */
export function Figures2018({ day, overlay, hit, run }: Figures2018Props) {
  const { t } = useTranslation();
  const { number, list, dateTime } = useWords();
  const share = useShare();
  const { addresses, operators, amazon } = day;
  const { createdAt } = overlay.ranges;
  const partly = hit.filter((host) => host.partly).length;
  return (
    <dl className={styles.figures} aria-label={t('aws.figures')}>
      <Figure name={t('aws.figureAddresses')} value={number(addresses)}>
        {list(operators.map(({ operator, addresses: own }) => `\u2068${operatorName(operator)}\u2069 ${number(own)}`))}
      </Figure>
      <Figure name={t('aws.figureAmazon')} value={amazon ? share(amazon) : t('aws.unknownShare')}>
        {amazon && t('aws.addressesOf', { inside: number(amazon.inside), total: number(amazon.total) })}
        {amazon && createdAt !== null && (
          <>
            <br />
            {t('aws.asOf', { date: dateTime(createdAt, { dateStyle: 'long', timeZone: 'UTC' }) })}
          </>
        )}
      </Figure>
      <Figure
        name={t('aws.figureServices')}
        value={run ? t('aws.ofServices', { hit: number(hit.length), total: number(run.plan.targets.length) }) : '–'}
      >
        {run
          ? t('aws.whollyAndPartly', { wholly: number(hit.length - partly), partly: number(partly) })
          : t('aws.empty')}
        {isRunning(run) && (
          <>
            <br />
            {t('aws.soFar')}
          </>
        )}
      </Figure>
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly children: ReactNode;
}

function Figure({ name, value, children }: FigureProps) {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        <span className={styles.fine}>{children}</span>
      </dd>
    </div>
  );
}
