import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DataInfo, HandOver, LinkName } from '../../../model/contract.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './settings.module.css';
import { Group } from './settings-group.tsx';
import { Row } from './settings-row.tsx';
import { withOwn } from './with-own.ts';

const selectState = (state: AppState) => state;
const links: readonly LinkName[] = ['website', 'source', 'security', 'rules', 'licences'];

/** Where things are kept, how much, and a way to be rid of all of it. */
export function DataSettings() {
  const { t } = useTranslation();
  const { number } = useWords();
  const { bridge, settle, host } = useApp(selectState);
  const [data, setData] = useState<DataInfo>();
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    void settle(bridge.readData()).then(setData);
  }, [bridge, settle]);
  const size = number((data?.bytes ?? 0) / 1024 / 1024, { maximumFractionDigits: 1 });
  return (
    <>
      <Group title={t('settings.data')}>
        {data && <KeepRows data={data} onChange={setData} />}
        <div className={styles.facts}>
          <p>{host.secrets === 'keychain' ? t('settings.secretsKeychain') : t('settings.secretsMemory')}</p>
          <p>
            {t('settings.folder')} <code className={styles.path}>{host.dataFolder}</code>
          </p>
          {data && <p>{t('settings.dataSize', { size, count: data.runs })}</p>}
          <div className={styles.buttons}>
            {host.can.openFolder && (
              <Button onClick={() => void settle(bridge.openDataFolder())}>{t('settings.openFolder')}</Button>
            )}
            <Button look="danger" icon={<Icon name="trash" />} onClick={() => setAsking(true)}>
              {t('settings.deleteAll')}
            </Button>
          </div>
        </div>
      </Group>
      <Group title={t('settings.about')}>
        <div className={styles.facts}>
          <p>{t('settings.version', { version: host.version, platform: host.platform })}</p>
          <p>{t('settings.noTelemetry')}</p>
          <ul className={styles.buttons}>
            {links.map((link) => (
              <li key={link}>
                <LinkButton link={link} />
              </li>
            ))}
          </ul>
        </div>
      </Group>
      {asking && <DeleteDialog onClose={() => setAsking(false)} />}
    </>
  );
}

const keptDays = [7, 30, 90, 180, 365, 1095] as const;
const keptMegabytes = [50, 100, 500, 1000, 5000] as const;

/** How much of the history stays. */
function KeepRows({ data, onChange }: { readonly data: DataInfo; readonly onChange: (data: DataInfo) => void }) {
  const { t } = useTranslation();
  const { bridge, settle } = useApp(selectState);
  const { days, megabytes } = data.keep;
  const change = (keep: Partial<DataInfo['keep']>) => {
    void settle(bridge.limitData({ days, megabytes, ...keep })).then((now) => now && onChange(now));
  };
  return (
    <>
      <Row label={t('settings.keepDays')} hint={t('settings.keepHint')}>
        {(id) => (
          <select id={id} value={days} onChange={({ target }) => change({ days: Number(target.value) })}>
            {withOwn(keptDays, days).map((count) => (
              <option key={count} value={count}>
                {t('settings.keepDaysOf', { count })}
              </option>
            ))}
          </select>
        )}
      </Row>
      <Row label={t('settings.keepMegabytes')}>
        {(id) => (
          <select id={id} value={megabytes} onChange={({ target }) => change({ megabytes: Number(target.value) })}>
            {withOwn(keptMegabytes, megabytes).map((count) => (
              <option key={count} value={count}>
                {t('settings.keepMegabytesOf', { count })}
              </option>
            ))}
          </select>
        )}
      </Row>
    </>
  );
}

function LinkButton({ link }: { readonly link: LinkName }) {
  const { t } = useTranslation();
  const { bridge, settle } = useApp(selectState);
  const open = async () => {
    const answer: HandOver | undefined = await settle(bridge.openLink({ link }));
    if (answer?.outcome === 'given') window.open(answer.text, '_blank', 'noopener,noreferrer');
  };
  return (
    <Button look="plain" icon={<Icon name="link" />} onClick={() => void open()}>
      {t(`settings.links.${link}`)}
    </Button>
  );
}

function DeleteDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { bridge, settle, setRoutes, setSettings } = useApp(selectState);
  const [typed, setTyped] = useState('');
  const word = t('settings.deleteWord');
  const remove = async () => {
    const done = await settle(bridge.deleteEverything({ confirm: 'delete everything' }));
    if (done === undefined) return;
    const [routes, settings] = await Promise.all([settle(bridge.readRoutes()), settle(bridge.readSettings())]);
    if (routes) setRoutes(routes);
    // Without consent the first run is shown again.
    if (settings) setSettings(settings);
    onClose();
  };
  return (
    <Dialog
      title={t('settings.deleteTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            look="danger"
            disabled={typed.trim().toLocaleLowerCase() !== word.toLocaleLowerCase()}
            onClick={() => void remove()}
          >
            {t('settings.deleteAll')}
          </Button>
        </>
      }
    >
      <p>{t('settings.deleteLead')}</p>
      <Field label={t('settings.deleteType', { word })}>
        {(ids) => <input {...ids} value={typed} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
    </Dialog>
  );
}
