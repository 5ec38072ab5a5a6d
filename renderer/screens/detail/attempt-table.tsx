import { useTranslation } from 'react-i18next';
import { Glyph } from '../../components/glyph.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { Attempt, Bar, StageRow } from './lay-out-attempts.ts';
import { anchorOf } from './observation-anchor.ts';
import type { TimeAxis } from './time-axis.ts';
import { useFacts } from './use-facts.ts';
import styles from './waterfall.module.css';

interface AttemptTableProps {
  readonly attempt: Attempt;
  readonly axis: TimeAxis;
  readonly route: string;
}

/** The stages of one go as a table with a picture in it: what a bar shows stands beside it in words. */
export function AttemptTable({ attempt, axis, route }: AttemptTableProps) {
  const { t } = useTranslation();
  return (
    <table className={styles.attempt}>
      <caption className="visually-hidden">{t('detail.stagesOver', { route })}</caption>
      <colgroup>
        <col className={styles.stageColumn} />
        <col />
        <col className={styles.tookColumn} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{t('detail.stage')}</span>
          </th>
          <th scope="col">
            <span className="visually-hidden">{t('detail.when')}</span>
            <Ticks axis={axis} />
          </th>
          <th scope="col">
            <span className="visually-hidden">{t('detail.took')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {attempt.rows.map((row) => (
          <StageLine key={`${row.stage} ${row.peer}`} row={row} axis={axis} />
        ))}
      </tbody>
    </table>
  );
}

function Ticks({ axis }: { readonly axis: TimeAxis }) {
  const { number } = useWords();
  // Short, because it stands close to its neighbour.
  const seconds = (ms: number) => number(ms / 1000, { style: 'unit', unit: 'second', unitDisplay: 'narrow' });
  return (
    <span className={styles.ticks} aria-hidden="true">
      {axis.ticks.map(({ ms, at }) => (
        <span key={ms} className={styles.tick} style={{ insetInlineStart: `${at * 100}%` }} data-last={at > 0.99}>
          {axis.knee !== null && ms > axis.knee ? seconds(ms) : number(ms)}
        </span>
      ))}
    </span>
  );
}

/** Bars of parallel connections that are worth a line of facts each. */
const mostFacts = 4;

function StageLine({ row, axis }: { readonly row: StageRow; readonly axis: TimeAxis }) {
  const { t } = useTranslation();
  const { milliseconds, failureShortly, number } = useWords();
  const facts = useFacts();
  const { bars } = row;
  const said = gatherFacts(bars, (bar) => facts(bar.observation, row.stage));
  const failures = bars.flatMap(({ failure }) => (failure ? [failure] : []));
  const start = Math.min(...bars.map(({ from }) => from));
  const took = Math.max(...bars.map(({ to }) => to)) - start;
  const failure = failures.at(-1);
  const tone = failures.length === 0 ? 'ok' : failures.length < bars.length ? 'part' : 'fail';
  return (
    <tr data-observations tabIndex={-1} className={styles.line}>
      <th scope="row">
        {t(`detail.stages.${row.stage}`)}
        {row.peer === 'proxy' && <span className={styles.peer}>{t('detail.toProxy')}</span>}
      </th>
      <td>
        <Track row={row} axis={axis} />
        <span className="visually-hidden">{t('detail.startsAt', { time: milliseconds(start) })} </span>
        {bars.map(({ observation: { id } }) => (
          <span key={id} id={anchorOf(id)} />
        ))}
        {said.slice(0, mostFacts).map(({ text, failed, times }) => (
          <span key={`${text} ${failed}`} className={styles.facts}>
            {bars.length > 1 && <Glyph tone={failed ? 'fail' : 'ok'} />}
            <span title={text}>{text}</span>
            {times > 1 && <span className={styles.times}>{t('detail.times', { number: number(times) })}</span>}
          </span>
        ))}
        {said.length > mostFacts && (
          <span className={styles.facts}>{t('detail.moreFacts', { number: number(said.length - mostFacts) })}</span>
        )}
      </td>
      <td className={styles.took} data-tone={tone}>
        {failure && tone === 'fail' && <span className={styles.failed}>{failureShortly(failure)}</span>}
        {bars.length > 1 && (
          <span>{t('detail.ofTotal', { ok: number(bars.length - failures.length), total: number(bars.length) })}</span>
        )}
        <span>{milliseconds(took)}</span>
      </td>
    </tr>
  );
}

function Track({ row, axis }: { readonly row: StageRow; readonly axis: TimeAxis }) {
  return (
    <span className={styles.track} data-lanes={Math.min(row.lanes, 6)} aria-hidden="true">
      {axis.ticks.map(({ ms, at }) => (
        <span key={ms} className={styles.grid} style={{ insetInlineStart: `${at * 100}%` }} />
      ))}
      {axis.knee !== null && (
        <span className={styles.knee} style={{ insetInlineStart: `${axis.place(axis.knee) * 100}%` }} />
      )}
      {row.bars.map((bar) => (
        <span
          key={bar.observation.id}
          className={styles.bar}
          data-look={lookOf(row, bar)}
          style={{
            insetInlineStart: `${axis.place(bar.from) * 100}%`,
            inlineSize: `${(axis.place(bar.to) - axis.place(bar.from)) * 100}%`,
            top: `${(bar.lane / row.lanes) * 100}%`,
            blockSize: `${100 / row.lanes}%`,
          }}
        />
      ))}
    </span>
  );
}

function lookOf(row: StageRow, bar: Bar): 'failed' | 'proxy' | 'good' {
  if (bar.failure) return 'failed';
  return row.peer === 'proxy' ? 'proxy' : 'good';
}

/** What the bars say, each thing once: six connections to one proxy say the same. */
function gatherFacts(bars: readonly Bar[], say: (bar: Bar) => string) {
  const gathered = Map.groupBy(
    bars.map((bar) => ({ text: say(bar), failed: bar.failure !== undefined })),
    ({ text, failed }) => `${failed} ${text}`,
  );
  return [...gathered.values()].flatMap((same) => (same[0] ? [{ ...same[0], times: same.length }] : []));
}
