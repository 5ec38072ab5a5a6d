// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only some lines are in the page cannot be a table
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the focus, one at a time, and never the lines
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell, RunTarget } from '../../../model/run-view.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { Glyph } from '../../components/glyph.tsx';
import { toneOfVerdict } from '../../components/status.ts';
import { useWords } from '../../i18n/use-words.ts';
import styles from './matrix.module.css';
import { MatrixCell, toneOfCell } from './matrix-cell.tsx';
import type { MatrixContext } from './matrix-context.ts';
import { VerdictPlace } from './verdict-place.tsx';

interface TargetLineProps {
  readonly target: RunTarget;
  readonly row: readonly (Cell | undefined)[] | undefined;
  readonly verdict: Verdict | undefined;
  readonly context: MatrixContext;
  /** From 1; the header is line 0. */
  readonly line: number;
  readonly top: number;
  /** The column that takes the focus; -1 where it is in another line. */
  readonly activeColumn: number;
  /** Under Telegram's own line. */
  readonly nested: boolean;
}

/** One target over every route. Drawn anew only when one of its own results comes. */
export const TargetLine = memo(function TargetLine(props: TargetLineProps) {
  const { t } = useTranslation();
  const { target, row, verdict, context, line, top, activeColumn, nested } = props;
  const { routes, titles, words, running, compact } = context;
  const saysVerdict = <VerdictWords verdict={verdict} target={target} context={context} />;
  return (
    <div
      role="row"
      className={styles.line}
      aria-rowindex={line + 1}
      data-line={line}
      data-kind="target"
      style={{ top }}
    >
      <div
        role="rowheader"
        className={styles.name}
        aria-colindex={1}
        data-column={0}
        data-target-id={target.id}
        data-nested={nested || undefined}
        tabIndex={activeColumn === 0 ? 0 : -1}
      >
        <bdi className={styles.title} title={target.name}>
          {target.name}
        </bdi>
        {compact && <span className={styles.under}>{saysVerdict}</span>}
      </div>
      {routes.map((route, place) => {
        const cell = row?.[place];
        const state = words.spoken(cell, running);
        return (
          <MatrixCell
            key={route.id}
            column={place + 1}
            active={activeColumn === place + 1}
            tone={toneOfCell(cell, running)}
            word={cell ? words.shortly(cell) : running ? '' : t('check.matrix.cellUntested')}
            ms={cell && words.ms(cell)}
            dead={context.dead.has(route.id)}
            spoken={t('check.matrix.cell', { service: target.name, route: titles[place] ?? '', state })}
          />
        );
      })}
      {!compact && (
        <VerdictPlace routes={routes.length} activeColumn={activeColumn}>
          {saysVerdict}
        </VerdictPlace>
      )}
    </div>
  );
});

function VerdictWords({
  verdict,
  target,
  context,
}: {
  readonly verdict: Verdict | undefined;
  readonly target: RunTarget;
  readonly context: MatrixContext;
}) {
  const { t } = useTranslation();
  const { word } = useWords();
  const before = context.before.get(target.id);
  const text = context.words.verdict(verdict, context.running);
  return (
    <span className={styles.judged} data-verdict={verdict?.verdict ?? 'none'}>
      {verdict && <Glyph tone={toneOfVerdict[verdict.verdict]} />}
      <span className={styles.word} title={text}>
        {context.compact ? context.words.verdictShortly(verdict, context.running) : text}
      </span>
      {before !== undefined && (
        <span className={styles.before}>{t('check.matrix.changedFrom', { verdict: word('verdicts', before) })}</span>
      )}
    </span>
  );
}
