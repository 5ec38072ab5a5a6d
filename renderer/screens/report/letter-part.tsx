import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Language, type LetterAudience, languages, letterAudiences } from '../../../model/choices.ts';
import type { Redaction } from '../../../model/report.ts';
import type { RunTarget } from '../../../model/run-view.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { languageNames } from '../../i18n/language-names.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import { type LetterTargets, useLetterTargets } from './letter-targets.ts';
import styles from './report.module.css';
import { useHandOver } from './use-hand-over.ts';

const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
const selectPlace = (state: AppState) => state.place;

interface LetterPartProps {
  readonly runId: string;
  readonly redaction: Redaction;
}

/** A letter about one service, for who runs it or for an internet provider. */
export function LetterPart({ runId, redaction }: LetterPartProps) {
  const { t } = useTranslation();
  const { letter } = useApp(selectPlace);
  const targets = useLetterTargets(runId);
  const wanted = letter?.runId === runId ? letter.targetId : undefined;
  const hasTargets = targets !== undefined && targets.failing.length + targets.others.length > 0;
  return (
    <section className={styles.part} aria-labelledby="report-letter">
      {/* Whoever comes here from a service starts here: see app.tsx. */}
      <h2 id="report-letter" tabIndex={-1} {...(wanted !== undefined && { 'data-target-id': wanted })}>
        {t('report.letter.title')}
      </h2>
      <p className={styles.hint}>{t('report.letter.lead')}</p>
      {targets === undefined && <p aria-busy="true">{t('report.reading')}</p>}
      {targets && !hasTargets && <p>{t('report.letter.noTargets')}</p>}
      {targets && hasTargets && (
        <LetterForm
          key={wanted ?? ''}
          runId={runId}
          // A letter goes to strangers: nobody's own addresses are ever in it.
          redaction={redaction === 'strict' ? 'strict' : 'standard'}
          targets={targets}
          wanted={wanted}
        />
      )}
    </section>
  );
}

interface LetterFormProps {
  readonly runId: string;
  readonly redaction: 'standard' | 'strict';
  readonly targets: LetterTargets;
  readonly wanted: string | undefined;
}

function LetterForm({ runId, redaction, targets, wanted }: LetterFormProps) {
  const { t, i18n } = useTranslation();
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const { busy, save, copy } = useHandOver<'html' | 'markdown'>();
  const all = [...targets.failing, ...targets.others];
  const [targetId, setTargetId] = useState((all.find(({ id }) => id === wanted) ?? all[0])?.id ?? '');
  const [audience, setAudience] = useState<LetterAudience>('owner');
  const [language, setLanguage] = useState<Language>(languages.find((known) => known === i18n.language) ?? 'en');
  const [text, setText] = useState<string>();
  useEffect(() => {
    let current = true;
    void settle(bridge.previewLetter({ runId, targetId, audience, language, redaction })).then((preview) => {
      if (current) setText(preview?.text);
    });
    return () => {
      current = false;
    };
  }, [bridge, settle, runId, targetId, audience, language, redaction]);
  const wish = { runId, targetId, audience, language, redaction };
  return (
    <div className={styles.letter}>
      <div className={styles.wishes}>
        <Field label={t('report.letter.about')}>
          {(ids) => (
            <select {...ids} value={targetId} onChange={({ target }) => setTargetId(target.value)}>
              <TargetGroup label={t('report.letter.failing')} targets={targets.failing} />
              <TargetGroup label={t('report.letter.others')} targets={targets.others} />
            </select>
          )}
        </Field>
        <Field label={t('report.letter.audience')}>
          {(ids) => (
            <select
              {...ids}
              value={audience}
              onChange={({ target }) => setAudience(letterAudiences.find((each) => each === target.value) ?? 'owner')}
            >
              {letterAudiences.map((each) => (
                <option key={each} value={each}>
                  {t(`report.letter.audiences.${each}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('report.letter.language')} hint={t('report.letter.languageHint')}>
          {(ids) => (
            <select
              {...ids}
              value={language}
              onChange={({ target }) => setLanguage(languages.find((each) => each === target.value) ?? 'en')}
            >
              {languages.map((each) => (
                <option key={each} value={each} lang={each}>
                  {languageNames[each]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div className={styles.letterActions}>
          <Button
            disabled={busy !== undefined}
            onClick={() => void save('html', bridge.saveLetter({ ...wish, format: 'html' }))}
          >
            {t('report.letter.html')}
          </Button>
          <Button
            disabled={busy !== undefined}
            onClick={() => void save('markdown', bridge.saveLetter({ ...wish, format: 'markdown' }))}
          >
            {t('report.letter.markdown')}
          </Button>
          <Button icon={<Icon name="copy" />} onClick={() => void copy(bridge.copyLetter(wish))}>
            {t('report.letter.copy')}
          </Button>
        </div>
        <p className={styles.hint}>{t('report.letter.blanks')}</p>
      </div>
      {text !== undefined && (
        <div className={styles.letterPreview}>
          <h3>{t('report.letter.preview')}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (WCAG 2.1.1) */}
          <pre className={styles.preview} tabIndex={0} dir="auto">
            {text}
          </pre>
        </div>
      )}
    </div>
  );
}

function TargetGroup({ label, targets }: { readonly label: string; readonly targets: readonly RunTarget[] }) {
  if (targets.length === 0) return null;
  return (
    <optgroup label={label}>
      {targets.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </optgroup>
  );
}
