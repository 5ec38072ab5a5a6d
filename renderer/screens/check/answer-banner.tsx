import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { isRunning, type RunState } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './answer-banner.module.css';
import { ConnectionLine } from './connection-line.tsx';
import { findAnswer, type Sentence } from './find-answer.ts';
import { ProgressLine } from './progress-line.tsx';
import { Ways } from './ways.tsx';

const selectState = (state: AppState) => state;

/** The answer in one sentence, what else there is to say, and what can be done with it. */
export function AnswerBanner({ run }: { readonly run: RunState }) {
  const { t } = useTranslation();
  const say = useSay(run);
  const answer = useMemo(() => findAnswer(run), [run]);
  const running = isRunning(run);
  return (
    <div className={styles.banner} data-tone={answer.tone}>
      <Ways run={run} answer={answer} />
      <div className={styles.words}>
        <p className={styles.headline} aria-live="polite">
          {say('answer', answer.headline)}
        </p>
        <p className={styles.details}>
          {answer.details.map((detail) => (
            <span key={detail.key}>{say('answerMore', detail)} </span>
          ))}
        </p>
        <ConnectionLine environment={run.environment} current={run.routes[0]}>
          {!running && <Finished run={run} />}
        </ConnectionLine>
      </div>
      <div className={styles.side}>
        {running && <ProgressLine run={run} />}
        {!running && run.plan.kind === 'check' && answer.best !== undefined && <TelegramButton routeId={answer.best} />}
      </div>
      <span className="visually-hidden">{t('check.matrix.openHint')}</span>
    </div>
  );
}

/** Sentences of an answer with the names of its routes, which are a person's own words. */
function useSay(run: RunState): (part: 'answer' | 'answerMore', sentence: Sentence<string>) => string {
  const { t } = useTranslation();
  const { list } = useWords();
  const titleOf = useRouteTitle(run.environment);
  return (part, { key, routes = [], values }) => {
    // Isolated (FSI, PDI), so that a name in another direction cannot turn the sentence around.
    const named = routes.flatMap((id) => run.routes.find((route) => route.id === id) ?? []);
    const titles = named.map((route) => `\u2068${titleOf(route)}\u2069`);
    const say = t as unknown as (path: string, values: Record<string, unknown>) => string;
    return say(`check.${part}.${key}`, {
      count: titles.length,
      ...values,
      route: titles[0] ?? '',
      routes: list(titles.map((title) => say('check.quoted', { name: title }))),
    });
  };
}

function Finished({ run }: { readonly run: RunState }) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  const at = dateTime(run.outcome?.finishedAt ?? run.plan.startedAt);
  return <li>{t('check.finished', { profile: t(`check.profiles.${run.plan.profile}`), date: at })}</li>;
}

/** Gives the route to Telegram itself; where the host cannot open links, the page offers it. */
function TelegramButton({ routeId }: { readonly routeId: string }) {
  const { t } = useTranslation();
  const { bridge, settle, routes } = useApp(selectState);
  const [link, setLink] = useState<string>();
  const route = routes.routes.find(({ id }) => id === routeId);
  if (!route?.forTelegram) return null;
  const open = async () => {
    const outcome = await settle(bridge.openInTelegram({ id: routeId }));
    if (outcome?.outcome === 'given' && outcome.text.startsWith('tg://')) setLink(outcome.text);
  };
  return (
    <>
      <Button icon={<Icon name="send" />} onClick={() => void open()}>
        {t('check.openTelegram')}
      </Button>
      {link !== undefined && (
        <Dialog
          title={t('check.telegramGiven')}
          onClose={() => setLink(undefined)}
          actions={
            <>
              <CopyButton text={() => link} label={t('common.copy')} />
              <a className={styles.open} href={link} rel="noreferrer">
                <Icon name="send" />
                {t('check.openTelegram')}
              </a>
            </>
          }
        >
          <p>{t('check.telegramGivenHint')}</p>
          <code className={styles.link}>{link}</code>
        </Dialog>
      )}
    </>
  );
}
