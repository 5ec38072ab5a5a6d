import { Tabs } from 'radix-ui';
import { useCallback, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RangesInfo } from '../../../model/contract.ts';
import { Screen } from '../../components/screen.tsx';
import { useRemembered } from '../../components/use-remembered.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { isRunning } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './aws.module.css';
import { type CloudHost, gatherCloudHosts, isHit } from './cloud-hosts.ts';
import { DataCard } from './data-card.tsx';
import { HostsTab } from './hosts-tab.tsx';
import { LookupTab } from './lookup-tab.tsx';
import { Overlay2018 } from './overlay-2018.tsx';
import { useCalm } from './use-calm.ts';

const selectRun = (state: AppState) => state.run;
const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
const selectRanges = (state: AppState) => state.ranges;
const selectSetRanges = (state: AppState) => state.setRanges;
/** Above this many, hosts are gathered once a second while a check goes on; else four times. */
const manyTargets = 1000;
const noHosts: readonly CloudHost[] = [];

const tabs = ['hosts', 'april', 'lookup', 'data'] as const;

/** Which of the tested hosts live on Amazon's addresses, and what that means for them. */
export function AwsScreen() {
  const { t, i18n } = useTranslation();
  const { number } = useWords();
  const live = useApp(selectRun);
  const runs = isRunning(live);
  const run = useCalm(
    live,
    runs ? (live && live.plan.targets.length > manyTargets ? 1000 : 250) : 0,
    live?.plan.runId ?? '',
  );
  const [tab, setTab] = useRemembered('aws-tab', 'hosts');
  const { info, setInfo } = useRanges();
  const cloud = run?.cloud;
  const targets = run?.plan.targets;
  const verdicts = run?.verdicts;
  const hosts = useMemo(
    () => (cloud && targets && verdicts ? gatherCloudHosts(cloud, targets, verdicts) : noHosts),
    [cloud, targets, verdicts],
  );
  const tables = info ? JSON.stringify(info.source) : '';
  const amazon = hosts.filter(({ operator }) => operator === 'aws');
  const hit = amazon.filter((host) => isHit(host) === true).length;
  return (
    <Screen
      title={t('rail.aws')}
      lead={amazon.length > 0 ? t('aws.lead', { hosts: number(amazon.length), hit: number(hit) }) : t('aws.leadNone')}
    >
      <Tabs.Root value={tab} onValueChange={setTab} dir={i18n.dir()} className={styles.tabs}>
        <Tabs.List className={styles.tabList} aria-label={t('aws.parts')}>
          {tabs.map((name) => (
            <Tabs.Trigger key={name} value={name} className={styles.tab}>
              {t(`aws.tabs.${name}`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="hosts" className={styles.content}>
          <HostsTab run={run} hosts={hosts} onShowData={() => setTab('data')} />
        </Tabs.Content>
        <Tabs.Content value="april" className={styles.content}>
          {/* With other tables all of it is read anew. */}
          <Overlay2018 key={tables} run={run} hosts={hosts} />
        </Tabs.Content>
        <Tabs.Content value="lookup" className={styles.content}>
          <LookupTab attribution={info?.attribution ?? ''} />
        </Tabs.Content>
        <Tabs.Content value="data" className={styles.content}>
          <DataCard info={info} onChange={setInfo} />
        </Tabs.Content>
      </Tabs.Root>
    </Screen>
  );
}

/** What the host's address tables are; null until it has told. */
function useRanges(): { readonly info: RangesInfo | null; readonly setInfo: (info: RangesInfo) => void } {
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const info = useApp(selectRanges);
  const setInfo = useApp(selectSetRanges);
  const read = useCallback(async () => {
    const answer = await settle(bridge.readRanges());
    if (answer) setInfo(answer);
  }, [bridge, settle, setInfo]);
  useEffect(() => {
    void read();
  }, [read]);
  return { info, setInfo };
}
