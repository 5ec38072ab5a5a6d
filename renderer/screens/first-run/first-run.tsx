import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languages } from '../../../model/choices.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { LitWay } from '../../components/lit-way.tsx';
import { languageNames } from '../../i18n/language-names.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import { firstScenario } from '../check/check-empty.tsx';
import styles from './first-run.module.css';

const selectState = (state: AppState) => state;
const pages = ['sent', 'seen', 'consent'] as const;

/** What is sent, who can see it, and consent. Nothing is sent before the last of the three is agreed to. */
export function FirstRun() {
  const { t } = useTranslation();
  const { bridge, settle, setSettings, setTouring, touring } = useApp(selectState);
  const [step, setStep] = useState(0);
  const title = useRef<HTMLHeadingElement>(null);
  const page = pages[step] ?? 'sent';
  // A new page is read from its title.
  useEffect(() => {
    if (page) title.current?.focus();
  }, [page]);
  const agree = async () => {
    const settings = await settle(bridge.giveConsent());
    if (settings) setSettings(settings);
  };
  const practise = async () => {
    const run = await settle(bridge.startPractice({ scenario: firstScenario }));
    if (run && !touring) setTouring(true);
  };
  const last = step === pages.length - 1;
  return (
    <main className={styles.page}>
      <div className={styles.sheet}>
        <div className={styles.picture}>
          <LitWay share={(step + 1) / pages.length} />
        </div>
        <div className={styles.words}>
          <div className={styles.top}>
            <p className={styles.step}>{t('firstRun.step', { step: step + 1 })}</p>
            {page === 'sent' && <LanguageChoice />}
          </div>
          <h1 ref={title} tabIndex={-1} className={styles.title}>
            {t(`firstRun.${page}.title`)}
          </h1>
          <p className={styles.lead}>{t(`firstRun.${page}.lead`)}</p>
          {page === 'sent' && <Sent />}
          {page === 'seen' && <Seen />}
          {page === 'consent' && <Consent />}
        </div>
        <footer className={styles.actions}>
          <div className={styles.practice}>
            <Button look="plain" icon={<Icon name="play" />} onClick={() => void practise()}>
              {t('firstRun.practice')}
            </Button>
            <span className={styles.hint}>{t('firstRun.practiceHint')}</span>
          </div>
          <div className={styles.steps}>
            {step > 0 && <Button onClick={() => setStep(step - 1)}>{t('firstRun.back')}</Button>}
            <Button look="act" onClick={() => (last ? void agree() : setStep(step + 1))}>
              {t(last ? 'firstRun.agree' : 'firstRun.next')}
            </Button>
          </div>
        </footer>
      </div>
    </main>
  );
}

function Sent() {
  const { t } = useTranslation();
  return (
    <>
      <h2>{t('firstRun.sent.heading')}</h2>
      <ul className={styles.points}>
        <li>{t('firstRun.sent.visits')}</li>
        <li>{t('firstRun.sent.routes')}</li>
        <li>{t('firstRun.sent.stays')}</li>
      </ul>
    </>
  );
}

function Seen() {
  const { t } = useTranslation();
  return (
    <dl className={styles.who}>
      <Who name={t('firstRun.seen.operator')}>{t('firstRun.seen.operatorSees')}</Who>
      <Who name={t('firstRun.seen.proxy')}>{t('firstRun.seen.proxySees')}</Who>
      <Who name={t('firstRun.seen.services')}>{t('firstRun.seen.servicesSee')}</Who>
      <Who name={t('firstRun.seen.resolvers')}>{t('firstRun.seen.resolversSee')}</Who>
    </dl>
  );
}

function Who({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Consent() {
  const { t } = useTranslation();
  return (
    <ul className={styles.points}>
      <li>{t('firstRun.consent.stop')}</li>
      <li>{t('firstRun.consent.remove')}</li>
      <li className={styles.careful}>
        <Icon name="warning" />
        {t('firstRun.consent.careful')}
      </li>
    </ul>
  );
}

function LanguageChoice() {
  const { t } = useTranslation();
  const { bridge, settle, settings, setSettings } = useApp(selectState);
  const choose = async (value: string) => {
    const language = languages.find((item) => item === value) ?? 'system';
    const changed = await settle(bridge.changeSettings({ language }));
    if (changed) setSettings(changed);
  };
  return (
    <label className={styles.language}>
      {t('firstRun.language')}
      <select value={settings.language} onChange={(event) => void choose(event.target.value)}>
        <option value="system">{t('firstRun.systemLanguage')}</option>
        {languages.map((language) => (
          <option key={language} value={language} lang={language}>
            {languageNames[language]}
          </option>
        ))}
      </select>
    </label>
  );
}
