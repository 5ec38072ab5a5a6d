import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RouteForm as RouteFormInput, RouteView } from '../../../model/route-view.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import styles from './routes.module.css';
import { useRoutes } from './use-routes.ts';

const kinds = ['socks5h', 'socks5', 'socks4a', 'socks4', 'http', 'https', 'mtproxy', 'interface'] as const;

type Draft = {
  readonly kind: RouteFormInput['kind'];
  readonly label: string;
  readonly interface: string;
  readonly host: string;
  readonly port: string;
  readonly username: string;
  /** Undefined: not touched. */
  readonly password: string | undefined;
  readonly secret: string | undefined;
};

function startDraft(route: RouteView | undefined, firstInterface: string): Draft {
  return {
    kind: route === undefined || route.kind === 'direct' ? 'socks5h' : route.kind,
    label: route?.label ?? '',
    interface: route?.interface ?? firstInterface,
    host: route?.host ?? '',
    port: route?.port === undefined ? '' : String(route.port),
    username: route?.username ?? '',
    password: undefined,
    secret: undefined,
  };
}

/** What the host is asked for; only the fields that the kind has. */
export function formOfDraft(draft: Draft): RouteFormInput {
  const { kind, label, host, port, username, password, secret } = draft;
  if (kind === 'interface') return { kind, label, interface: draft.interface };
  if (kind === 'mtproxy') return { kind, label, host, port, ...(secret !== undefined && { secret }) };
  const socks4 = kind === 'socks4' || kind === 'socks4a';
  return { kind, label, host, port, username, ...(password !== undefined && !socks4 && { password }) };
}

/** Adds a route, or changes one: what was a password before stays unless it is typed anew. */
export function RouteForm({ route, onClose }: { readonly route?: RouteView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { view, bridge, take } = useRoutes();
  const [draft, setDraft] = useState(() => startDraft(route, view.interfaces[0]?.name ?? ''));
  const [waiting, setWaiting] = useState(false);
  const formId = useId();
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setWaiting(true);
    const form = formOfDraft(draft);
    const done = await take(route ? bridge.changeRoute({ id: route.id, form }) : bridge.addRoute(form));
    setWaiting(false);
    if (done) onClose();
  };
  return (
    <Dialog
      title={route ? t('routes.editTitle', { label: route.label }) : t('routes.add')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="act" type="submit" form={formId} disabled={waiting}>
            {t('common.save')}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={submit} autoComplete="off">
        <Field label={t('routes.kind')} hint={t(`routes.kindHints.${draft.kind}`)}>
          {(ids) => (
            <select
              {...ids}
              value={draft.kind}
              onChange={(event) => set({ kind: event.target.value as Draft['kind'] })}
            >
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {t(`routes.kinds.${kind}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('routes.label')} hint={t('routes.labelHint')}>
          {(ids) => (
            <input
              {...ids}
              dir="auto"
              maxLength={64}
              value={draft.label}
              onChange={(event) => set({ label: event.target.value })}
            />
          )}
        </Field>
        {draft.kind === 'interface' ? (
          <InterfaceField draft={draft} set={set} />
        ) : (
          <ProxyFields draft={draft} set={set} route={route} />
        )}
      </form>
    </Dialog>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
}

function InterfaceField({ draft, set }: PartProps) {
  const { t } = useTranslation();
  const { view } = useRoutes();
  const names = [...new Set([draft.interface, ...view.interfaces.map(({ name }) => name)])].filter(
    (name) => name !== '',
  );
  return (
    <Field label={t('routes.interface')} hint={t('routes.interfaceHint')}>
      {(ids) => (
        <select {...ids} value={draft.interface} onChange={(event) => set({ interface: event.target.value })}>
          {names.map((name) => (
            <option key={name} value={name}>
              {[name, ...view.interfaces.filter((item) => item.name === name).map(({ address }) => address)].join(
                ' · ',
              )}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function ProxyFields({ draft, set, route }: PartProps & { readonly route: RouteView | undefined }) {
  const { t } = useTranslation();
  const isMtproxy = draft.kind === 'mtproxy';
  const hasPassword = draft.kind !== 'socks4' && draft.kind !== 'socks4a';
  const moved =
    route !== undefined &&
    (draft.host !== route.host || draft.port !== String(route.port) || draft.kind !== route.kind);
  const kept = route?.hasSecret === true && !moved ? t('routes.keptHint') : undefined;
  const hint = kept ?? (moved && route?.hasSecret ? t('routes.movedHint') : undefined);
  return (
    <>
      <div className={styles.pair}>
        <Field label={t('routes.host')}>
          {(ids) => (
            <input
              {...ids}
              className="mono"
              required
              spellCheck={false}
              value={draft.host}
              onChange={(event) => set({ host: event.target.value.trim() })}
            />
          )}
        </Field>
        <Field label={t('routes.port')}>
          {(ids) => (
            <input
              {...ids}
              className="mono"
              required
              inputMode="numeric"
              value={draft.port}
              onChange={(event) => set({ port: event.target.value.trim() })}
            />
          )}
        </Field>
      </div>
      {isMtproxy ? (
        <Field label={t('routes.secret')} hint={hint ?? t('routes.secretHint')}>
          {(ids) => (
            <input
              {...ids}
              className="mono"
              type="password"
              autoComplete="new-password"
              required={route?.hasSecret !== true || moved}
              value={draft.secret ?? ''}
              onChange={(event) => set({ secret: event.target.value.trim() })}
            />
          )}
        </Field>
      ) : (
        <div className={styles.pair}>
          <Field label={t('routes.username')}>
            {(ids) => (
              <input
                {...ids}
                spellCheck={false}
                autoComplete="off"
                value={draft.username}
                onChange={(event) => set({ username: event.target.value })}
              />
            )}
          </Field>
          {hasPassword && (
            <Field label={t('routes.password')} {...(hint !== undefined && { hint })}>
              {(ids) => (
                <input
                  {...ids}
                  type="password"
                  autoComplete="new-password"
                  value={draft.password ?? ''}
                  onChange={(event) => set({ password: event.target.value })}
                />
              )}
            </Field>
          )}
        </div>
      )}
    </>
  );
}
