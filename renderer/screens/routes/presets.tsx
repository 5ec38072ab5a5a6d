import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './routes.module.css';
import { useRoutes } from './use-routes.ts';

const selectSay = (state: AppState) => state.say;

/** Sets of routes that are on together, such as “Home”. */
export function Presets() {
  const { t } = useTranslation();
  const { view, bridge, take } = useRoutes();
  const say = useApp(selectSay);
  const [name, setName] = useState<string>();
  if (view.routes.length < 2 && view.presets.length === 0) return null;
  const on = view.routes.filter(({ enabled, kind }) => enabled && kind !== 'direct').map(({ id }) => id);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (name === undefined || name.trim() === '') return;
    if (!(await take(bridge.savePreset({ name: name.trim() })))) return;
    say({ tone: 'done', says: 'preset-saved', values: { name: name.trim() } });
    setName(undefined);
  };
  return (
    <section className={styles.presets} aria-label={t('routes.presets')}>
      <h2 className={styles.presetsTitle}>{t('routes.presets')}</h2>
      <ul>
        {view.presets.map((preset) => {
          const current = preset.routeIds.length === on.length && preset.routeIds.every((id) => on.includes(id));
          return (
            <li key={preset.id} className={`${styles.preset} ${current ? styles.current : ''}`}>
              <button
                type="button"
                aria-pressed={current}
                onClick={() => void take(bridge.applyPreset({ id: preset.id }))}
              >
                <bdi>{preset.name}</bdi>
              </button>
              <button
                type="button"
                aria-label={t('routes.presetRemove', { name: preset.name })}
                onClick={() => void take(bridge.removePreset({ id: preset.id }))}
              >
                <Icon name="close" />
              </button>
            </li>
          );
        })}
        <li>
          <Button look="plain" icon={<Icon name="plus" />} onClick={() => setName('')}>
            {t('routes.presetSave')}
          </Button>
        </li>
      </ul>
      {name !== undefined && (
        <Dialog
          title={t('routes.presetSave')}
          onClose={() => setName(undefined)}
          actions={
            <>
              <Button onClick={() => setName(undefined)}>{t('common.cancel')}</Button>
              <Button look="act" type="submit" form="preset-form">
                {t('common.save')}
              </Button>
            </>
          }
        >
          <form id="preset-form" onSubmit={save}>
            <Field label={t('routes.presetName')} hint={t('routes.presetHint', { count: on.length })}>
              {(ids) => (
                <input
                  {...ids}
                  dir="auto"
                  maxLength={40}
                  required
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </Field>
          </form>
        </Dialog>
      )}
    </section>
  );
}
