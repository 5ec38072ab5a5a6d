import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import type { RunState } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';

const selectGo = (state: AppState) => state.go;

/** Why there are no hosts to show: nothing was checked, the check was lost, or none was found yet. */
export function NoHosts({ run }: { readonly run: RunState | null }) {
  const { t } = useTranslation();
  const go = useApp(selectGo);
  const { number } = useWords();
  if (!run) {
    return (
      <Empty
        title={t('aws.empty')}
        actions={
          <Button look="act" onClick={() => go({ screen: 'check' })}>
            {t('map.toCheck')}
          </Button>
        }
      >
        <p>{t('aws.emptyHint')}</p>
      </Empty>
    );
  }
  if (run.lost) {
    return (
      <Empty title={t('aws.lost')}>
        <p>{t('aws.lostHint')}</p>
      </Empty>
    );
  }
  return (
    <Empty title={t('aws.running')}>
      <p>{t('aws.runningHint', { done: number(run.done), total: number(run.plan.jobs) })}</p>
    </Empty>
  );
}
