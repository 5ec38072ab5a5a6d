import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RangesRefreshed } from '../../../model/contract.ts';
import type { Problem } from '../../../model/problem.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Toggle } from '../../components/toggle.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './aws.module.css';

const selectState = (state: AppState) => state;

type Outcome =
  | { readonly type: 'taken'; readonly refreshed: RangesRefreshed }
  | { readonly type: 'failed'; readonly problems: readonly Problem[] };

/** Gets Amazon's newest list over whichever route lets it through, now or once a day. */
export function NewestList() {
  const { t } = useTranslation();
  const { bridge, settle, settings, setSettings, setRanges } = useApp(selectState);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const id = useId();
  const refresh = async () => {
    setBusy(true);
    setOutcome(null);
    const answer = await bridge.refreshRanges();
    setBusy(false);
    if (answer.ok) setRanges(answer.value.info);
    setOutcome(answer.ok ? { type: 'taken', refreshed: answer.value } : { type: 'failed', problems: answer.problems });
  };
  const setDaily = async (refreshRanges: boolean) => {
    const changed = await settle(bridge.changeSettings({ refreshRanges }));
    if (changed) setSettings(changed);
  };
  return (
    <>
      <div className={styles.newer}>
        <Button
          icon={<Icon name="refresh" />}
          disabled={busy}
          aria-describedby={`${id}-hint`}
          onClick={() => void refresh()}
        >
          {t(busy ? 'aws.refreshing' : 'aws.refresh')}
        </Button>
        <p id={`${id}-hint`} className={styles.fine}>
          {t('aws.refreshHint')}
        </p>
        <div role="status">{outcome && <OutcomeLines outcome={outcome} />}</div>
      </div>
      <div className={styles.daily}>
        <label htmlFor={`${id}-daily`}>{t('settings.refreshRanges')}</label>
        <Toggle
          id={`${id}-daily`}
          label={t('settings.refreshRanges')}
          checked={settings.refreshRanges}
          onChange={(on) => void setDaily(on)}
        />
      </div>
    </>
  );
}

function OutcomeLines({ outcome }: { readonly outcome: Outcome }) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  if (outcome.type === 'failed') {
    return (
      <>
        <p className={styles.bad}>{t('aws.refreshFailed')}</p>
        <ProblemList problems={outcome.problems} />
      </>
    );
  }
  const { updated, info, route, problems } = outcome.refreshed;
  const { createdAt } = info.source;
  const date = createdAt === null ? '' : dateTime(createdAt, { dateStyle: 'long', timeZone: 'UTC' });
  return (
    <>
      <p>
        {t(updated ? 'aws.refreshed' : 'aws.newestAlready', {
          date,
          route: route.id === 'direct' ? t('common.directRoute') : route.label,
        })}
      </p>
      {problems.length > 0 && <p>{t('aws.otherRoutes')}</p>}
      <ProblemList problems={problems} />
    </>
  );
}

function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  const { problem } = useWords();
  if (problems.length === 0) return null;
  return (
    <ul className={styles.plain}>
      {problems.map((item) => (
        <li key={`${item.route?.id} ${item.code}`}>
          <bdi>{problem(item)}</bdi>
        </li>
      ))}
    </ul>
  );
}
