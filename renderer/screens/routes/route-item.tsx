import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RouteTest, RouteView } from '../../../model/route-view.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { Icon } from '../../components/icon.tsx';
import { Toggle } from '../../components/toggle.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import { LatencyBars } from './latency-bars.tsx';
import { RouteLinkDialog } from './route-link-dialog.tsx';
import styles from './routes.module.css';
import { useRoutes } from './use-routes.ts';

interface RouteItemProps {
  readonly route: RouteView;
  readonly state: 'still' | 'dragged' | 'over';
  readonly onEdit: (id: string) => void;
  readonly onMove: (by: number) => void;
  readonly onDragStart: () => void;
  readonly onDragOver: () => void;
  readonly onDrop: () => void;
}

const selectSettle = (state: AppState) => state.settle;

export function RouteItem({ route, state, onEdit, onMove, onDragStart, onDragOver, onDrop }: RouteItemProps) {
  const { t } = useTranslation();
  const { bridge, take } = useRoutes();
  const isDirect = route.kind === 'direct';
  const label = isDirect ? t('common.directRoute') : route.label;
  return (
    <li
      className={`${styles.item} ${styles[state]} ${route.enabled ? '' : styles.off}`}
      onDragOver={(event) => {
        event.preventDefault();
        onDragOver();
      }}
      onDrop={(event) => {
        event.preventDefault();
        onDrop();
      }}
    >
      {isDirect ? (
        <span className={styles.grip} title={t('routes.directStays')}>
          <Icon name="lock" />
        </span>
      ) : (
        <button
          type="button"
          className={styles.grip}
          data-grip={route.id}
          draggable
          aria-label={t('routes.move', { label })}
          title={t('routes.moveHint')}
          onDragStart={(event) => {
            event.dataTransfer.setData('text/plain', route.label);
            onDragStart();
          }}
          onDragEnd={onDrop}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
            if (by === 0) return;
            event.preventDefault();
            onMove(by);
          }}
        >
          <Icon name="grip" />
        </button>
      )}
      {isDirect ? (
        <span className={styles.always}>{t('routes.alwaysOn')}</span>
      ) : (
        <Toggle
          label={t('routes.use', { label })}
          checked={route.enabled}
          onChange={(enabled) => void take(bridge.toggleRoute({ id: route.id, enabled }))}
        />
      )}
      <div className={styles.words}>
        <bdi className={styles.label} title={label}>
          {label}
        </bdi>
        <span className={styles.place}>
          <span>{isDirect ? t('routes.directIs') : t(`routes.kinds.${route.kind}`)}</span>
          {route.endpoint !== null && <code title={route.endpoint}>{route.endpoint}</code>}
          {route.hasSecret && (
            <span className={styles.secret} title={t('routes.hasSecret')}>
              <Icon name="lock" />
              <span className="visually-hidden">{t('routes.hasSecret')}</span>
            </span>
          )}
        </span>
        {route.secretLost && <span className={styles.lost}>{t('routes.secretLost')}</span>}
      </div>
      <LatencyBars latencies={route.latencies} />
      <RouteTestButton route={route} label={label} />
      {isDirect ? <span className={styles.menuPlace} /> : <RouteMenu route={route} label={label} onEdit={onEdit} />}
    </li>
  );
}

function RouteTestButton({ route, label }: { readonly route: RouteView; readonly label: string }) {
  const { t } = useTranslation();
  const { failure, milliseconds } = useWords();
  const { bridge } = useRoutes();
  const settle = useApp(selectSettle);
  const [state, setState] = useState<'idle' | 'asking' | 'testing' | RouteTest>('idle');
  const test = async () => {
    setState('testing');
    setState((await settle(bridge.testRoute({ id: route.id }))) ?? 'idle');
  };
  const isProxy = route.kind !== 'direct' && route.kind !== 'interface';
  const result = typeof state === 'object' ? state : undefined;
  const count = result && t('routes.testCount', { passed: result.passed, tried: result.tried });
  return (
    <div className={styles.test}>
      <Button
        disabled={state === 'testing'}
        aria-label={t('routes.testLabel', { label })}
        onClick={() => (isProxy && route.latencies.length === 0 ? setState('asking') : void test())}
      >
        {state === 'testing' ? t('routes.testing') : t('routes.test')}
      </Button>
      <span className={styles.testResult} role="status">
        {result && (
          <>
            <Glyph tone={result.ok ? 'ok' : 'fail'} />
            <span title={result.failure ? failure(result.failure) : count}>
              {result.ok && result.ms !== null
                ? milliseconds(result.ms)
                : result.failure
                  ? failure(result.failure)
                  : count}
            </span>
          </>
        )}
      </span>
      {state === 'asking' && (
        <Dialog
          title={t('routes.firstProbeTitle', { label })}
          onClose={() => setState('idle')}
          actions={
            <>
              <Button onClick={() => setState('idle')}>{t('common.cancel')}</Button>
              <Button look="act" onClick={() => void test()}>
                {t('routes.testAnyway')}
              </Button>
            </>
          }
        >
          <p>{t('routes.firstProbe')}</p>
        </Dialog>
      )}
    </div>
  );
}

function RouteMenu({ route, label, onEdit }: { route: RouteView; label: string; onEdit: (id: string) => void }) {
  const { t, i18n } = useTranslation();
  const { bridge, take } = useRoutes();
  const [asking, setAsking] = useState<'none' | 'remove' | 'link'>('none');
  const close = () => setAsking('none');
  return (
    <span className={styles.menuPlace}>
      <DropdownMenu.Root modal={false} dir={i18n.dir()}>
        <DropdownMenu.Trigger asChild>
          <Button look="plain" aria-label={t('routes.more', { label })} icon={<Icon name="down" />} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={styles.menu} align="end" sideOffset={4} collisionPadding={8}>
            <DropdownMenu.Item className={styles.menuItem} onSelect={() => onEdit(route.id)}>
              <Icon name="edit" />
              {t('routes.edit')}
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className={styles.menuItem}
              onSelect={() => void take(bridge.duplicateRoute({ id: route.id }))}
            >
              <Icon name="copy" />
              {t('routes.duplicate')}
            </DropdownMenu.Item>
            {route.kind !== 'interface' && (
              <DropdownMenu.Item className={styles.menuItem} onSelect={() => setAsking('link')}>
                <Icon name="link" />
                {t('routes.link')}
              </DropdownMenu.Item>
            )}
            <DropdownMenu.Item className={styles.menuItem} onSelect={() => setAsking('remove')}>
              <Icon name="trash" />
              {t('routes.remove')}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {asking === 'link' && <RouteLinkDialog route={route} onClose={close} />}
      {asking === 'remove' && (
        <Dialog
          title={t('routes.removeTitle', { label })}
          onClose={close}
          actions={
            <>
              <Button onClick={close}>{t('common.cancel')}</Button>
              <Button look="danger" onClick={() => void take(bridge.removeRoute({ id: route.id })).then(close)}>
                {t('routes.remove')}
              </Button>
            </>
          }
        >
          <p>{t('routes.removeHint')}</p>
        </Dialog>
      )}
    </span>
  );
}
