import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HandOver } from '../../../model/contract.ts';
import type { RouteView } from '../../../model/route-view.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './routes.module.css';

const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
const selectSay = (state: AppState) => state.say;

/** Copies a route's link; with its password or secret only when a person says so, knowing what that means. */
export function RouteLinkDialog({ route, onClose }: { readonly route: RouteView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const say = useApp(selectSay);
  const [withSecret, setWithSecret] = useState(false);
  const finish = async (answer: HandOver | undefined) => {
    if (!answer) return;
    if (answer.outcome === 'given') await navigator.clipboard.writeText(answer.text);
    say({ tone: 'done', says: 'copied' });
    onClose();
  };
  return (
    <Dialog
      title={t('routes.linkTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            look="act"
            icon={<Icon name="copy" />}
            onClick={async () => finish(await settle(bridge.copyRouteLink({ id: route.id, withSecret })))}
          >
            {t('routes.linkCopy')}
          </Button>
        </>
      }
    >
      <p>{t('routes.linkLead')}</p>
      {route.hasSecret && (
        <label className={styles.choice}>
          <input type="checkbox" checked={withSecret} onChange={(event) => setWithSecret(event.target.checked)} />
          <span>{t('routes.linkWithSecret')}</span>
        </label>
      )}
    </Dialog>
  );
}
