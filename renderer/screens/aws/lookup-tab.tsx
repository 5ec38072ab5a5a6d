import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LookupAnswer } from '../../../model/contract.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { useRemembered } from '../../components/use-remembered.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './aws.module.css';
import { LookupResult } from './lookup-result.tsx';
import { readWords } from './read-words.ts';

const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
const none: readonly LookupAnswer[] = [];

/** What the tables on this machine know of any host, address or range. */
export function LookupTab({ attribution }: { readonly attribution: string }) {
  const { t } = useTranslation();
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const [text, setText] = useRemembered('aws-lookup', '');
  const [answers, setAnswers] = useRemembered('aws-answers', none);
  const [busy, setBusy] = useState(false);
  const { words, leftOut } = readWords(text);
  const ask = async (event: FormEvent) => {
    event.preventDefault();
    if (words.length === 0) return;
    setBusy(true);
    const found = await settle(bridge.lookUp({ words: [...words] }));
    setBusy(false);
    if (found) setAnswers(found);
  };
  return (
    <>
      <form className={styles.lookup} onSubmit={ask}>
        <Field
          label={t('aws.lookupWhat')}
          hint={t('aws.lookupHint')}
          problem={leftOut > 0 ? t('aws.leftOut', { count: leftOut }) : undefined}
        >
          {(ids) => (
            <textarea
              {...ids}
              rows={3}
              dir="ltr"
              spellCheck={false}
              autoComplete="off"
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          )}
        </Field>
        <Button type="submit" look="act" icon={<Icon name="search" />} disabled={busy || words.length === 0}>
          {busy ? t('aws.looking') : t('aws.lookUp')}
        </Button>
      </form>
      <section className={styles.section} aria-label={t('aws.results')} aria-live="polite" aria-busy={busy}>
        {answers.map((answer) => (
          <LookupResult key={answer.word} answer={answer} />
        ))}
        {answers.length > 0 && attribution !== '' && (
          <p className={styles.fine} dir="ltr">
            {attribution}
          </p>
        )}
      </section>
    </>
  );
}
