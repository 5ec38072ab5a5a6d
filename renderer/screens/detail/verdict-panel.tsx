import { useTranslation } from 'react-i18next';
import type { TargetDetail } from '../../../model/run-view.ts';
import type { Evidence, Verdict } from '../../../model/verdict.ts';
import { Glyph } from '../../components/glyph.tsx';
import { toneOfVerdict } from '../../components/status.ts';
import { heading, sentence } from '../../i18n/sentence.ts';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import { findObservation, showObservation } from './observation-anchor.ts';
import styles from './verdict-panel.module.css';

interface PanelProps {
  readonly detail: TargetDetail;
  readonly run: RunState;
  readonly running: boolean;
}

/** What it is, what that is consistent with, why, how sure, and what to do about it. */
export function VerdictPanel({ detail, run, running }: PanelProps) {
  const { t } = useTranslation();
  const { verdict } = detail;
  if (!verdict) {
    return (
      <section className={styles.panel} aria-label={t('detail.verdict')}>
        <div className={styles.head}>
          <Glyph tone="unsure" size={20} />
          <div>
            <h2 className={styles.answer}>{t('detail.notJudged')}</h2>
            <p className={styles.because}>{running ? t('detail.notJudgedYet') : t('detail.notJudgedEver')}</p>
          </div>
        </div>
      </section>
    );
  }
  return (
    <section className={styles.panel} aria-label={t('detail.verdict')} data-tone={toneOfVerdict[verdict.verdict]}>
      <VerdictHead verdict={verdict} run={run} />
      <div className={styles.reasons}>
        <EvidenceList verdict={verdict} detail={detail} run={run} />
        <NextSteps next={verdict.next} />
      </div>
    </section>
  );
}

function VerdictHead({ verdict, run }: { readonly verdict: Verdict; readonly run: RunState }) {
  const { t } = useTranslation();
  const { word, list, language } = useWords();
  const title = useRouteTitle(run.environment);
  const says = word('verdicts', verdict.verdict);
  const consistent = verdict.mechanism && word('mechanisms', verdict.mechanism);
  const working = run.routes.filter(({ id }) => verdict.workingRoutes.includes(id)).map(title);
  return (
    <div className={styles.head}>
      <Glyph tone={toneOfVerdict[verdict.verdict]} size={20} />
      <div>
        <h2 className={styles.answer}>
          {heading(
            consistent === undefined ? says : t('detail.consistent', { verdict: says, mechanism: consistent }),
            language,
          )}
        </h2>
        <p className={styles.because}>{sentence(word('rules', verdict.rule), language)}</p>
        {working.length > 0 && (
          <p className={styles.works}>
            <span className={styles.lamp} aria-hidden="true" />
            <bdi>{t('detail.worksOver', { routes: list(working) })}</bdi>
          </p>
        )}
        <p className={styles.fine}>
          {t('detail.confidence', { confidence: word('confidences', verdict.confidence) })}
          <span aria-hidden="true"> · </span>
          {t('detail.rule')} <code>{verdict.rule}</code>
        </p>
      </div>
    </div>
  );
}

function EvidenceList({
  verdict,
  detail,
  run,
}: {
  readonly verdict: Verdict;
  readonly detail: TargetDetail;
  readonly run: RunState;
}) {
  const { t } = useTranslation();
  if (verdict.evidence.length === 0) return null;
  return (
    <div>
      <h3>{t('detail.evidence')}</h3>
      <ul className={styles.list}>
        {verdict.evidence.map((item) => (
          <EvidenceLine key={`${item.says} ${item.observation}`} evidence={item} detail={detail} run={run} />
        ))}
      </ul>
    </div>
  );
}

function EvidenceLine({
  evidence,
  detail,
  run,
}: {
  readonly evidence: Evidence;
  readonly detail: TargetDetail;
  readonly run: RunState;
}) {
  const { t } = useTranslation();
  const { word, number, language } = useWords();
  const title = useRouteTitle(run.environment);
  const seen = findObservation(detail.results, evidence.observation);
  const route = run.routes.find(({ id }) => id === seen?.routeId);
  return (
    <li>
      {sentence(word('evidence', evidence.says), language)}
      {evidence.ratio !== undefined && ` ${t('detail.ratio', { ratio: number(evidence.ratio, { style: 'percent' }) })}`}
      {seen && route && (
        <>
          {' '}
          <a
            href={`#at-${seen.observation.id}`}
            className={styles.seen}
            onClick={(event) => {
              event.preventDefault();
              showObservation(seen.observation.id);
            }}
          >
            <bdi>{t('detail.seenAt', { step: t(`detail.steps.${seen.observation.step}`), route: title(route) })}</bdi>
            {seen.observation.purpose === 'main' && seen.observation.try > 1 && ` (${t('detail.secondTry')})`}
            {seen.observation.purpose !== 'main' && ` (${t(`detail.purposes.${seen.observation.purpose}.name`)})`}
          </a>
        </>
      )}
    </li>
  );
}

function NextSteps({ next }: { readonly next: readonly string[] }) {
  const { t } = useTranslation();
  const { word, language } = useWords();
  if (next.length === 0) return null;
  return (
    <div>
      <h3>{t('detail.next')}</h3>
      <ul className={styles.list}>
        {next.map((step) => (
          <li key={step}>{sentence(word('nextSteps', step), language)}</li>
        ))}
      </ul>
    </div>
  );
}
