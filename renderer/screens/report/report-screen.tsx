import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportFormat, ReportPreview } from '../../../model/contract.ts';
import type { Redaction } from '../../../model/report.ts';
import type { StoredRun } from '../../../model/run-view.ts';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { Screen } from '../../components/screen.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { AppState } from '../../store/app-store.ts';
import { isRunning } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';
import { LetterPart } from './letter-part.tsx';
import { RemovalTable } from './removal-table.tsx';
import styles from './report.module.css';
import { useHandOver } from './use-hand-over.ts';

const selectState = (state: AppState) => state;
const formats: readonly ReportFormat[] = ['html', 'pdf', 'json', 'markdown', 'csv', 'ooni'];
const levels: readonly Redaction[] = ['standard', 'strict', 'none'];

/** Which check, how much of it is left out, what that removes, and where it goes. */
export function ReportScreen() {
  const { t } = useTranslation();
  const { bridge, settle, run, go, place } = useApp(selectState);
  const [runs, setRuns] = useState<readonly StoredRun[]>([]);
  const finished = run !== null && run.outcome !== null;
  const current = finished ? run.plan.runId : undefined;
  const [chosen, setChosen] = useState(place.letter?.runId);
  const runId = chosen ?? current ?? runs[0]?.runId;
  useEffect(() => {
    void settle(bridge.listRuns({ limit: 100 })).then((list) => list && setRuns(list));
  }, [bridge, settle]);

  if (runId === undefined) {
    return (
      <Screen title={t('report.title')} lead={t('report.lead')}>
        <Empty
          title={isRunning(run) ? t('report.running') : t('report.none')}
          actions={
            <Button look="act" onClick={() => go({ screen: 'check' })}>
              {t('report.toCheck')}
            </Button>
          }
        >
          <p>{t('report.noneHint')}</p>
        </Empty>
      </Screen>
    );
  }
  return (
    <Screen title={t('report.title')} lead={t('report.lead')}>
      <RunChoice runId={runId} runs={runs} onChoose={setChosen} />
      <ReportForm key={runId} runId={runId} />
    </Screen>
  );
}

interface RunChoiceProps {
  readonly runId: string;
  readonly runs: readonly StoredRun[];
  readonly onChoose: (runId: string) => void;
}

function RunChoice({ runId, runs, onChoose }: RunChoiceProps) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  const { run } = useApp(selectState);
  const onScreen = run?.outcome ? run : undefined;
  const others = runs.filter((item) => item.runId !== onScreen?.plan.runId);
  return (
    <div className={styles.choice}>
      <label htmlFor="report-run">{t('report.run')}</label>
      <select id="report-run" value={runId} onChange={(event) => onChoose(event.target.value)}>
        {onScreen && (
          <option value={onScreen.plan.runId}>
            {t(onScreen.plan.kind === 'practice' ? 'report.lastPractice' : 'report.last', {
              date: dateTime(onScreen.plan.startedAt),
            })}
          </option>
        )}
        {others.map((item) => (
          <option key={item.runId} value={item.runId}>
            {item.kind === 'practice'
              ? t('report.practiceOf', { date: dateTime(item.startedAt) })
              : dateTime(item.startedAt)}
          </option>
        ))}
      </select>
    </div>
  );
}

function ReportForm({ runId }: { readonly runId: string }) {
  const { t } = useTranslation();
  const { bridge, settle, host, place } = useApp(selectState);
  const { busy, save, copy } = useHandOver<ReportFormat>();
  const [redaction, setRedaction] = useState<Redaction>('standard');
  const [preview, setPreview] = useState<ReportPreview>();
  useEffect(() => {
    let current = true;
    void settle(bridge.previewReport({ runId, redaction })).then((answer) => {
      if (current) setPreview(answer);
    });
    return () => {
      current = false;
    };
  }, [bridge, settle, runId, redaction]);

  const canPrint = host.can.pdf;
  const letter = <LetterPart runId={runId} redaction={redaction} />;
  // Whoever came for the letter finds it first, where nothing that loads can push it out of sight.
  const isAsked = place.letter?.runId === runId;
  return (
    <div className={styles.form}>
      {isAsked && letter}
      <fieldset className={styles.levels}>
        <legend>{t('report.level')}</legend>
        {levels.map((level) => (
          <label key={level} className={styles.level}>
            <input
              type="radio"
              name="redaction"
              value={level}
              checked={redaction === level}
              disabled={preview !== undefined && !preview.levels.includes(level)}
              onChange={() => setRedaction(level)}
            />
            <span>
              <strong>{t(`report.levels.${level}`)}</strong>
              <span className={styles.hint}>{t(`report.levelHints.${level}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {redaction === 'none' && (
        <p className={styles.warning} role="alert">
          <Icon name="warning" />
          {t('report.noneWarning')}
        </p>
      )}
      <section className={styles.save} aria-label={t('report.saveAs')}>
        <h2>{t('report.saveAs')}</h2>
        <ul className={styles.formats}>
          {formats
            .filter((format) => canPrint || format !== 'pdf')
            .map((format) => (
              <li key={format}>
                <Button
                  look={format === 'html' ? 'act' : 'edge'}
                  disabled={busy !== undefined}
                  onClick={() => void save(format, bridge.saveReport({ runId, redaction, format }))}
                >
                  {t(`report.formats.${format}`)}
                </Button>
                <span className={styles.hint}>
                  {t(format === 'html' && !canPrint ? 'report.printHint' : `report.formatHints.${format}`)}
                </span>
              </li>
            ))}
          <li>
            <Button icon={<Icon name="copy" />} onClick={() => void copy(bridge.copyReport({ runId, redaction }))}>
              {t('report.copy')}
            </Button>
            <span className={styles.hint}>{t('report.copyHint')}</span>
          </li>
        </ul>
      </section>
      <p className={styles.making} role="status">
        {busy === 'pdf' ? t('report.printing') : ''}
      </p>
      <section aria-label={t('report.removed')} className={styles.part}>
        <h2>{t('report.removed')}</h2>
        {preview ? <RemovalTable removals={preview.removals} /> : <p aria-busy="true">{t('report.reading')}</p>}
        <p className={styles.hint}>{t('report.never')}</p>
      </section>
      <section aria-labelledby="report-preview" className={styles.part}>
        <h2 id="report-preview">{t('report.preview')}</h2>
        {preview && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (WCAG 2.1.1)
          <pre className={styles.preview} tabIndex={0} dir="ltr">
            {preview.text}
          </pre>
        )}
      </section>
      {!isAsked && letter}
    </div>
  );
}
