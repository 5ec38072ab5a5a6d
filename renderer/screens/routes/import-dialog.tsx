import { useDeferredValue, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportPreview } from '../../../model/route-view.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './routes.module.css';
import { useRoutes } from './use-routes.ts';

const selectSettle = (state: AppState) => state.settle;
const selectSay = (state: AppState) => state.say;
/** Milliseconds without a key before a pasted text is read. */
const restMs = 150;

/** Any pasted text: what was found in it is shown before anything is kept. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { bridge, take } = useRoutes();
  const settle = useApp(selectSettle);
  const say = useApp(selectSay);
  const [text, setText] = useState('');
  const [preview, setPreview] = useState<ImportPreview>();
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const settled = useDeferredValue(text);

  useEffect(() => {
    if (settled.trim() === '') {
      setPreview(undefined);
      return;
    }
    let current = true;
    const timer = setTimeout(async () => {
      const found = await settle(bridge.previewImport({ text: settled }));
      if (!current || !found) return;
      setPreview(found);
      setLeft(new Set(found.found.filter(({ known }) => known).map(({ index }) => index)));
    }, restMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [bridge, settle, settled]);

  const chosen = preview?.found.filter(({ index }) => !left.has(index)).map(({ index }) => index) ?? [];
  const keep = async () => {
    if (!(await take(bridge.importRoutes({ text, take: chosen })))) return;
    say({ tone: 'done', says: 'imported', values: { count: chosen.length } });
    onClose();
  };
  const choose = (index: number, on: boolean) => {
    const next = new Set(left);
    if (on) next.delete(index);
    else next.add(index);
    setLeft(next);
  };
  return (
    <Dialog
      title={t('routes.pasteTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="act" disabled={chosen.length === 0 || settled !== text} onClick={() => void keep()}>
            {t('routes.keep', { count: chosen.length })}
          </Button>
        </>
      }
    >
      <Field label={t('routes.pasteLabel')} hint={t('routes.pasteHint')}>
        {(ids) => (
          <textarea
            {...ids}
            className={`mono ${styles.paste}`}
            rows={5}
            spellCheck={false}
            value={text}
            placeholder={'socks5h://user:pass@proxy.example:1080\ntg://proxy?server=…&port=443&secret=…'}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div aria-live="polite">{preview && <PreviewLines preview={preview} left={left} onChoose={choose} />}</div>
    </Dialog>
  );
}

interface PreviewProps {
  readonly preview: ImportPreview;
  readonly left: ReadonlySet<number>;
  readonly onChoose: (index: number, on: boolean) => void;
}

function PreviewLines({ preview, left, onChoose }: PreviewProps) {
  const { t } = useTranslation();
  const { problem } = useWords();
  const name = useId();
  const { found, merged, refused, passedOver } = preview;
  return (
    <div className={styles.preview}>
      <p className={styles.previewCount}>
        {t('routes.found', { count: found.length })}
        {merged > 0 && ` ${t('routes.foundTwice', { count: merged })}`}
        {passedOver > 0 && ` ${t('routes.passedOver', { count: passedOver })}`}
      </p>
      <ul className={styles.found}>
        {found.map((route) => (
          <li key={route.index}>
            <label className={styles.choice}>
              <input
                type="checkbox"
                name={name}
                checked={!left.has(route.index)}
                onChange={(event) => onChoose(route.index, event.target.checked)}
              />
              <span className={styles.words}>
                <bdi className={styles.label}>{route.label}</bdi>
                <span className={styles.place}>
                  <span>{t(`routes.kinds.${route.kind}`)}</span>
                  {route.endpoint !== null && <code>{route.endpoint}</code>}
                  {route.hasSecret && <Icon name="lock" />}
                  {route.known && <span>{t('routes.known')}</span>}
                </span>
                {route.notices.map((notice) => (
                  <span key={notice.code} className={styles.hint}>
                    {problem(notice)}
                  </span>
                ))}
              </span>
            </label>
          </li>
        ))}
      </ul>
      {refused.length > 0 && (
        <details className={styles.refused}>
          <summary>{t('routes.refused', { count: refused.length })}</summary>
          <ul>
            {refused.slice(0, 50).map(({ line, column, problems }) => (
              <li key={`${line}:${column}`}>
                {t('common.line', { line })}: {problems.map(problem).join('; ')}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
