import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';

const selectGo = (state: AppState) => state.go;

/** Leads to the letter about this target, where a report can be had. */
export function WriteLetter({ runId, targetId }: { readonly runId: string; readonly targetId: string }) {
  const { t } = useTranslation();
  const go = useApp(selectGo);
  return (
    <Button
      icon={<Icon name="report" />}
      onClick={() => go({ screen: 'report', letter: { runId, targetId }, backFrom: targetId })}
    >
      {t('detail.writeLetter')}
    </Button>
  );
}
