import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overlay2018 as Overlay } from '../../../model/cloud.ts';
import { isAddress } from '../../components/address-words.ts';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { useRemembered } from '../../components/use-remembered.ts';
import { isRunning, type RunState } from '../../store/run-state.ts';
import { type Host2018, hitBy2018, hostsOf2018 } from './april-2018.ts';
import styles from './aws.module.css';
import type { CloudHost } from './cloud-hosts.ts';
import { DayChooser } from './day-chooser.tsx';
import { Figures2018 } from './figures-2018.tsx';
import { HitTable2018 } from './hit-table-2018.tsx';
import { NoHosts } from './no-hosts.tsx';
import { Regions2018 } from './regions-2018.tsx';
import { ThenAndToday } from './then-and-today.tsx';
import { useReading2018 } from './use-reading-2018.ts';

interface Overlay2018Props {
  readonly run: RunState | null;
  readonly hosts: readonly CloudHost[];
}

/** "What if it happened again": the list of April 2018, day by day, over Amazon as it is today and over the tested services. */
export function Overlay2018({ run, hosts }: Overlay2018Props) {
  const { t } = useTranslation();
  const addresses = useMemo(() => addressesOf(hosts), [hosts]);
  const { overlay, ranges, failed, again } = useReading2018(addresses);
  const listed = useMemo(() => hostsOf2018(hosts, ranges), [hosts, ranges]);
  return (
    <>
      <div className={styles.story}>
        <h2>{t('aws.april')}</h2>
        <p>{t('aws.aprilStory')}</p>
        <p className={styles.fine}>{t('aws.aprilNever')}</p>
      </div>
      {failed && (
        <Empty title={t('aws.failed2018')} actions={<Button onClick={again}>{t('aws.again')}</Button>}>
          <p>{t('aws.failed2018Hint')}</p>
        </Empty>
      )}
      {!overlay && !failed && <p role="status">{t('aws.readingData')}</p>}
      {overlay && <Days overlay={overlay} run={run} listed={listed} />}
    </>
  );
}

/** Of services with an address on the list, all their addresses: those outside tell that they would go on in part. */
function addressesOf(hosts: readonly CloudHost[]): readonly string[] {
  const listed = new Set(hosts.filter(({ list2018 }) => list2018).map(({ targetId }) => targetId));
  const own = hosts.filter(({ targetId }) => listed.has(targetId));
  return [...new Set(own.flatMap(({ findings }) => findings.map(({ address }) => address)))].filter(isAddress);
}

interface DaysProps {
  readonly overlay: Overlay;
  readonly run: RunState | null;
  readonly listed: readonly Host2018[];
}

function Days({ overlay, run, listed }: DaysProps) {
  const { t } = useTranslation();
  const { days } = overlay;
  const [wanted, choose] = useRemembered('aws-day', '');
  const chosen = days.find(({ day }) => day === wanted) ?? days.at(-1);
  if (!chosen) return null;
  const hit = hitBy2018(listed, chosen.day);
  return (
    <>
      <DayChooser days={days} chosen={chosen.day} onChoose={choose} />
      <Figures2018 day={chosen} overlay={overlay} hit={hit} run={run} />
      <Regions2018 day={chosen} source={overlay.ranges.source} />
      <ThenAndToday overlay={overlay} />
      {run && <HitTable2018 hit={hit} day={chosen.day} run={run} />}
      {!run && <NoHosts run={run} />}
      {run && isRunning(run) && <p role="status">{t('aws.moreToCome')}</p>}
    </>
  );
}
