import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { useRemembered } from '../../components/use-remembered.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import { arrangeHosts, firstArrangement } from './arrange-hosts.ts';
import styles from './aws.module.css';
import type { CloudHost } from './cloud-hosts.ts';
import { HostFilter } from './host-filter.tsx';
import { HostTable } from './host-table.tsx';
import { NoHosts } from './no-hosts.tsx';
import { OtherClouds } from './other-clouds.tsx';
import { PrefixDialog } from './prefix-dialog.tsx';
import { RegionTable } from './region-table.tsx';
import { ScoreNotes } from './score-notes.tsx';

interface HostsTabProps {
  readonly run: RunState | null;
  readonly hosts: readonly CloudHost[];
  readonly onShowData: () => void;
}

/** The hosts of the check on screen that live on Amazon, by region and one by one; then those on other clouds. */
export function HostsTab({ run, hosts, onShowData }: HostsTabProps) {
  const { t } = useTranslation();
  const { language } = useWords();
  const [how, setHow] = useRemembered('aws-hosts', firstArrangement);
  const [prefix, setPrefix] = useState<string | null>(null);
  const arranged = useMemo(
    () =>
      arrangeHosts(
        hosts.filter(({ operator }) => operator === 'aws'),
        how,
        language,
      ),
    [hosts, how, language],
  );
  if (!run || (!run.outcome && hosts.length === 0)) return <NoHosts run={run} />;
  const amazon = hosts.filter(({ operator }) => operator === 'aws');
  const others = hosts.filter(({ operator }) => operator !== 'aws');
  const byOperator = run.outcome?.ranges.source === 'operator';
  return (
    <>
      {byOperator && (
        <div className={styles.note}>
          <Icon name="info" />
          <p>{t('aws.byOperator')}</p>
          <Button onClick={onShowData}>{t('aws.giveList')}</Button>
        </div>
      )}
      <ScoreNotes run={run} />
      {amazon.length === 0 ? (
        <Empty title={t(run.outcome ? 'aws.none' : 'aws.noneYet')}>
          <p>{t(run.outcome ? 'aws.noneHint' : 'aws.scoreLater')}</p>
        </Empty>
      ) : (
        <>
          <RegionTable hosts={amazon} onChoose={(region) => setHow({ ...how, region })} chosen={how.region} />
          <section className={styles.section} aria-labelledby="aws-hosts">
            <h2 id="aws-hosts">{t('aws.hosts')}</h2>
            <HostFilter hosts={amazon} how={how} onChange={setHow} />
            <HostTable hosts={arranged} how={how} run={run} onChange={setHow} onPrefix={setPrefix} />
          </section>
        </>
      )}
      {others.length > 0 && <OtherClouds hosts={others} run={run} />}
      {prefix !== null && (
        <PrefixDialog
          prefix={prefix}
          hosts={hosts}
          siblings={run.outcome?.siblings ?? []}
          onClose={() => setPrefix(null)}
        />
      )}
    </>
  );
}
