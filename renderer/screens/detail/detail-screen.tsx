import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TargetDetail } from '../../../model/run-view.ts';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { Screen } from '../../components/screen.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import type { RunState } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';
import { isLetterWorthy } from '../report/letter-targets.ts';
import { AddressTable } from './address-table.tsx';
import { AllObservations } from './all-observations.tsx';
import { CertificateChains } from './certificate-chains.tsx';
import styles from './detail.module.css';
import { EndpointTable } from './endpoint-table.tsx';
import { RouteWaterfalls } from './route-waterfalls.tsx';
import { RunAgain } from './run-again.tsx';
import { useTargetDetail } from './use-target-detail.ts';
import { VerdictPanel } from './verdict-panel.tsx';
import { WriteLetter } from './write-letter.tsx';

const selectPlace = (state: AppState) => state.place;
const selectGo = (state: AppState) => state.go;

/** One target over every route, with everything that was observed. */
export function DetailScreen({ runId, targetId }: { readonly runId: string; readonly targetId: string }) {
  const { t } = useTranslation();
  const { problem } = useWords();
  const { screen } = useApp(selectPlace);
  const go = useApp(selectGo);
  const { state, retry } = useTargetDetail(runId, targetId);
  const back = (
    <Button
      look="plain"
      className={styles.back}
      icon={<Icon name="back" />}
      onClick={() => go({ screen, backFrom: targetId })}
    >
      {t('common.back')}
    </Button>
  );

  if (state.status === 'loading') {
    return (
      <Screen title={<bdi>{targetId}</bdi>} back={back}>
        <p role="status">{t('detail.loading')}</p>
      </Screen>
    );
  }
  if (state.status !== 'ready') {
    return (
      <Screen title={<bdi>{targetId}</bdi>} back={back}>
        <Empty
          title={t(`detail.${state.status}`)}
          {...(state.status === 'failed' && { actions: <Button onClick={retry}>{t('detail.retry')}</Button> })}
        >
          {state.problems.map((item) => (
            <p key={item.code}>{problem(item)}</p>
          ))}
        </Empty>
      </Screen>
    );
  }
  const { detail, run, running } = state;
  return (
    <Screen
      title={<bdi>{detail.target.name}</bdi>}
      back={back}
      lead={<Whereabouts detail={detail} run={run} />}
      actions={
        <>
          {run.outcome && isLetterWorthy(detail.verdict) && <WriteLetter runId={runId} targetId={targetId} />}
          <RunAgain plan={run.plan} targetId={targetId} />
        </>
      }
    >
      <Body detail={detail} run={run} running={running} />
    </Screen>
  );
}

function Whereabouts({ detail, run }: { readonly detail: TargetDetail; readonly run: RunState }) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  const { host = '', url } = detail.target;
  const { kind, startedAt } = run.plan;
  return (
    <>
      <span className={`mono ${styles.host}`} title={url ?? host}>
        {url ?? host}
      </span>
      <span className={styles.when}>
        {kind === 'practice'
          ? t('detail.practiceAt', { date: dateTime(startedAt) })
          : t('detail.checkedAt', { date: dateTime(startedAt) })}
      </span>
    </>
  );
}

interface BodyProps {
  readonly detail: TargetDetail;
  readonly run: RunState;
  readonly running: boolean;
}

/** Drawn again only when something of this very target is new: a run says hundreds of things that are not. */
const Body = memo(
  ({ detail, run, running }: BodyProps) => (
    <div className={styles.body}>
      <VerdictPanel detail={detail} run={run} running={running} />
      <RouteWaterfalls results={detail.results} run={run} running={running} />
      <EndpointTable detail={detail} run={run} />
      <AddressTable detail={detail} run={run} />
      <CertificateChains results={detail.results} run={run} />
      <AllObservations detail={detail} run={run} />
    </div>
  ),
  (before, after) =>
    before.detail === after.detail &&
    before.running === after.running &&
    before.run.routes === after.run.routes &&
    before.run.environment === after.run.environment,
);
