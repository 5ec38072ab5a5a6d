import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Screen } from '../../components/screen.tsx';
import { DetectDialog } from './detect-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { Presets } from './presets.tsx';
import { RouteForm } from './route-form.tsx';
import { RouteList } from './route-list.tsx';
import styles from './routes.module.css';
import { useRoutes } from './use-routes.ts';

type Open = 'none' | 'add' | 'paste' | 'detect' | { readonly edit: string };

export function RoutesScreen() {
  const { t } = useTranslation();
  const { view } = useRoutes();
  const [open, setOpen] = useState<Open>('none');
  const close = () => setOpen('none');
  const edited = typeof open === 'object' ? view.routes.find(({ id }) => id === open.edit) : undefined;
  return (
    <Screen
      title={t('routes.title')}
      lead={t('routes.lead')}
      actions={
        <>
          <Button look="act" icon={<Icon name="paste" />} onClick={() => setOpen('paste')}>
            {t('routes.paste')}
          </Button>
          <Button icon={<Icon name="plus" />} onClick={() => setOpen('add')}>
            {t('routes.add')}
          </Button>
          <Button icon={<Icon name="search" />} onClick={() => setOpen('detect')}>
            {t('routes.detect')}
          </Button>
        </>
      }
    >
      <p className={styles.warning}>
        <Icon name="info" />
        <span>{t('routes.operatorSees')}</span>
      </p>
      <Presets />
      <RouteList onEdit={(id) => setOpen({ edit: id })} />
      {view.routes.length === 1 && <p className={styles.hint}>{t('routes.onlyDirect')}</p>}
      {open === 'add' && <RouteForm onClose={close} />}
      {edited && <RouteForm route={edited} onClose={close} />}
      {open === 'paste' && <ImportDialog onClose={close} />}
      {open === 'detect' && <DetectDialog onClose={close} />}
    </Screen>
  );
}
