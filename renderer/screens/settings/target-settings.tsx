import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TargetView } from '../../../model/contract.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import { useGroupName } from '../check/use-group-name.ts';
import styles from './settings.module.css';
import { Group } from './settings-group.tsx';

const selectState = (state: AppState) => state;
/** Rows of a long list that are drawn; a search finds the others. */
const shownRows = 200;

/** What a check tests: the built-in services by group, and a person's own. */
export function TargetSettings() {
  const { t } = useTranslation();
  const { bridge, settle } = useApp(selectState);
  const [targets, setTargets] = useState<readonly TargetView[]>([]);
  const [adding, setAdding] = useState(false);
  useEffect(() => {
    void settle(bridge.readTargets()).then((list) => list && setTargets(list));
  }, [bridge, settle]);
  const groups = useMemo(() => [...Map.groupBy(targets, ({ group }) => group)], [targets]);
  const toggle = async (ids: readonly string[], enabled: boolean) => {
    const list = await settle(bridge.toggleTargets({ ids: [...ids], enabled }));
    if (list) setTargets(list);
  };
  const remove = async (ids: readonly string[]) => {
    const list = await settle(bridge.removeTargets({ ids: [...ids] }));
    if (list) setTargets(list);
  };
  const own = targets.filter((target) => target.own);
  return (
    <Group title={t('settings.targets')}>
      <div className={styles.facts}>
        <p className={styles.hint}>
          {t('settings.targetsLead', { count: targets.filter(({ enabled }) => enabled).length })}
        </p>
        {groups.map(([group, members]) => (
          <TargetGroup
            key={group}
            group={group}
            members={members}
            onToggle={(ids, on) => void toggle(ids, on)}
            onRemove={(id) => void remove([id])}
          />
        ))}
        <div className={styles.buttons}>
          <Button icon={<Icon name="plus" />} onClick={() => setAdding(true)}>
            {t('settings.targetsAdd')}
          </Button>
          {own.length > 0 && (
            <Button look="danger" onClick={() => void remove(own.map(({ id }) => id))}>
              {t('settings.targetsRemoveOwn', { count: own.length })}
            </Button>
          )}
        </div>
      </div>
      {adding && (
        <AddTargets
          onClose={() => setAdding(false)}
          onAdded={(list) => {
            setTargets(list);
            setAdding(false);
          }}
        />
      )}
    </Group>
  );
}

interface TargetGroupProps {
  readonly group: string;
  readonly members: readonly TargetView[];
  readonly onToggle: (ids: readonly string[], on: boolean) => void;
  readonly onRemove: (id: string) => void;
}

function TargetGroup({ group, members, onToggle, onRemove }: TargetGroupProps) {
  const { t } = useTranslation();
  const groupName = useGroupName();
  const [search, setSearch] = useState('');
  const on = members.filter(({ enabled }) => enabled).length;
  const wanted = search.trim().toLowerCase();
  const found = members.filter(({ name, host }) => `${name} ${host}`.toLowerCase().includes(wanted));
  return (
    <details className={styles.targets}>
      <summary>
        <bdi>{groupName(group)}</bdi>{' '}
        <span className={styles.count}>{t('settings.targetsOn', { on, count: members.length })}</span>
      </summary>
      <div className={styles.buttons}>
        <Button
          onClick={() =>
            onToggle(
              members.map(({ id }) => id),
              true,
            )
          }
        >
          {t('settings.allOn')}
        </Button>
        <Button
          onClick={() =>
            onToggle(
              members.map(({ id }) => id),
              false,
            )
          }
        >
          {t('settings.allOff')}
        </Button>
        {members.length > 20 && (
          <input
            type="search"
            className={styles.search}
            aria-label={t('settings.targetsSearch')}
            placeholder={t('settings.targetsSearch')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        )}
      </div>
      <ul className={styles.targetList}>
        {found.slice(0, shownRows).map((target) => (
          <li key={target.id}>
            <label>
              <input
                type="checkbox"
                checked={target.enabled}
                onChange={(event) => onToggle([target.id], event.target.checked)}
              />
              <bdi className={styles.targetName} title={target.name}>
                {target.name}
              </bdi>
              <code title={target.url ?? target.host}>{target.host}</code>
            </label>
            {target.own && (
              <Button
                look="plain"
                aria-label={t('settings.targetRemove', { name: target.name })}
                icon={<Icon name="close" />}
                onClick={() => onRemove(target.id)}
              />
            )}
          </li>
        ))}
      </ul>
      {found.length > shownRows && (
        <p className={styles.hint}>{t('settings.targetsMore', { count: found.length - shownRows })}</p>
      )}
    </details>
  );
}

interface AddTargetsProps {
  readonly onClose: () => void;
  readonly onAdded: (targets: readonly TargetView[]) => void;
}

function AddTargets({ onClose, onAdded }: AddTargetsProps) {
  const { t } = useTranslation();
  const { bridge, settle } = useApp(selectState);
  const [text, setText] = useState('');
  const add = async () => {
    const list = await settle(bridge.importTargets({ text }));
    if (list) onAdded(list);
  };
  return (
    <Dialog
      title={t('settings.targetsAdd')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="act" disabled={text.trim() === ''} onClick={() => void add()}>
            {t('settings.targetsKeep')}
          </Button>
        </>
      }
    >
      <Field label={t('settings.targetsText')} hint={t('settings.targetsHint')}>
        {(ids) => (
          <textarea
            {...ids}
            className="mono"
            rows={8}
            spellCheck={false}
            value={text}
            placeholder={'https://www.example.org/\nhttps://shop.example/status'}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('settings.targetsFile')}>
        {(ids) => (
          <input
            {...ids}
            type="file"
            accept=".txt,.csv,.json,text/plain,text/csv,application/json"
            onChange={async (event) => {
              const file = event.target.files?.[0];
              if (file) setText(await file.text());
            }}
          />
        )}
      </Field>
    </Dialog>
  );
}
