import { Tabs } from 'radix-ui';
import { useCallback, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RangesInfo } from '../../../model/contract.ts';
import { Screen } from '../../components/screen.tsx';
import { useRemembered } from '../../components/use-remembered.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './aws.module.css';
import { type CloudHost, gatherCloudHosts, isHit } from './cloud-hosts.ts';
import { DataCard } from './data-card.tsx';
import { HostsTab } from './hosts-tab.tsx';
import { LookupTab } from './lookup-tab.tsx';
import { Overlay2018 } from './overlay-2018.tsx';

const selectRun = (state: AppState) => state.run;
const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
const selectRanges = (state: AppState) => state.ranges;
const selectSetRanges = (state: AppState) => state.setRanges;
const noHosts: readonly CloudHost[] = [];

const tabs = ['hosts', 'april', 'lookup', 'data'] as const;

/** Which of the tested hosts live on Amazon's addresses, and what that means for them. */
export function AwsScreen() {
  const { t, i18n } = useTranslation();
  const { number } = useWords();
  const run = useApp(selectRun);
  const [tab, setTab] = useRemembered('aws-tab', 'hosts');
  const { info, setInfo } = useRanges();
  const outcome = run?.outcome;
  const targets = run?.plan.targets;
  const verdicts = run?.verdicts;
  const hosts = useMemo(
    () => (outcome && targets && verdicts ? gatherCloudHosts(outcome.cloud, targets, verdicts) : noHosts),
    [outcome, targets, verdicts],
  );
  const amazon = hosts.filter(({ operator }) => operator === 'aws');
  const hit = amazon.filter((host) => isHit(host) === true).length;
  return (
    <Screen
      title={t('rail.aws')}
      lead={
        outcome && amazon.length > 0
          ? t('aws.lead', { hosts: number(amazon.length), hit: number(hit) })
          : t('aws.leadNone')
      }
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
          <Overlay2018 run={run} hosts={hosts} />
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
