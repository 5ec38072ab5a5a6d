import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DetectedRoute } from '../../../model/route-view.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './routes.module.css';
import { useRoutes } from './use-routes.ts';

const selectSettle = (state: AppState) => state.settle;

/** Proxies that are set for this machine or listen on it. Asks this machine only. */
export function DetectDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { bridge, take } = useRoutes();
  const settle = useApp(selectSettle);
  const [found, setFound] = useState<readonly DetectedRoute[]>();
  useEffect(() => {
    let current = true;
    void settle(bridge.detectRoutes()).then((routes) => {
      if (current) setFound(routes ?? []);
    });
    return () => {
      current = false;
    };
  }, [bridge, settle]);
  const add = async (route: DetectedRoute) => {
    if (route.kind === 'direct') return;
    const form = { kind: route.kind, label: '', host: route.host, port: String(route.port) };
    if (!(await take(bridge.addRoute(form)))) return;
    setFound((before) => before?.map((item) => (item === route ? { ...item, known: true } : item)));
  };
  return (
    <Dialog
      title={t('routes.detectTitle')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      <p>{t('routes.detectLead')}</p>
      <div aria-live="polite">
        {found === undefined && <p>{t('routes.detecting')}</p>}
        {found?.length === 0 && <p>{t('routes.detectNone')}</p>}
        <ul className={styles.found}>
          {found?.map((route) => (
            <li key={`${route.source} ${route.kind} ${route.endpoint}`} className={styles.detected}>
              <span className={styles.words}>
                <code>{route.endpoint}</code>
                <span className={styles.place}>
                  {t(`routes.kinds.${route.kind}`)} · {t(`routes.sources.${route.source}`)}
                </span>
              </span>
              <Button disabled={route.known} onClick={() => void add(route)}>
                {route.known ? t('routes.known') : t('routes.addThis')}
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
