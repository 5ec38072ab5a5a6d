import { useTranslation } from 'react-i18next';
import type { RunPlan } from '../../../model/run-view.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import type { AppState } from '../../store/app-store.ts';
import { isRunning } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';

const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
const selectGo = (state: AppState) => state.go;
const selectPlace = (state: AppState) => state.place;
const selectBusy = (state: AppState) => isRunning(state.run);

/** Checks this one target again, over the routes that are on now, and shows that check. A practice is played as a whole. */
export function RunAgain({ plan, targetId }: { readonly plan: RunPlan; readonly targetId: string }) {
  const { t } = useTranslation();
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const go = useApp(selectGo);
  const { screen } = useApp(selectPlace);
  const busy = useApp(selectBusy);
  const { scenario } = plan;
  const again = async () => {
    const started = await settle(
      scenario === undefined
        ? bridge.startCheck({ profile: plan.profile, targetIds: [targetId] })
        : bridge.startPractice({ scenario }),
    );
    if (started) go({ screen, target: { runId: started.runId, targetId } });
  };
  return (
    <Button icon={<Icon name="refresh" />} disabled={busy} onClick={again} title={busy ? t('detail.busy') : undefined}>
      {scenario === undefined ? t('detail.again') : t('detail.practiceAgain')}
    </Button>
  );
}
