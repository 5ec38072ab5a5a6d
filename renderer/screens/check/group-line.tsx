// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only some lines are in the page cannot be a table
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the focus, one at a time, and never the lines
import { useTranslation } from 'react-i18next';
import type { TelegramRouteSummary, TelegramState } from '../../../model/telegram-summary.ts';
import { Glyph } from '../../components/glyph.tsx';
import { Icon } from '../../components/icon.tsx';
import { type Tone, toneOfVerdict } from '../../components/status.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import { type Count, countGroup } from './count-group.ts';
import type { Line } from './group-targets.ts';
import styles from './matrix.module.css';
import { MatrixCell } from './matrix-cell.tsx';
import type { MatrixContext } from './matrix-context.ts';
import { useGroupName } from './use-group-name.ts';
import { VerdictPlace } from './verdict-place.tsx';

interface GroupLineProps {
  readonly line: Extract<Line, { type: 'group' }>;
  readonly rows: RunState['rows'];
  readonly context: MatrixContext;
  readonly place: number;
  readonly top: number;
  readonly activeColumn: number;
}

const toneOfTelegram: Readonly<Record<TelegramState, Tone>> = {
  works: 'ok',
  'apps-only': 'part',
  'no-media': 'part',
  partly: 'part',
  'web-only': 'part',
  fails: 'fail',
  untested: 'idle',
};

/** A group's heading with how much of it works over each route; Telegram's says how Telegram as a whole does. */
export function GroupLine({ line, rows, context, place, top, activeColumn }: GroupLineProps) {
  const { t } = useTranslation();
  const { number } = useWords();
  const nameOf = useGroupName();
  const { group, open, matching } = line;
  const { routes, titles, compact, telegram } = context;
  const counts = countGroup(group, rows, routes.length);
  const name = nameOf(group.name);
  const inside = t(group.telegram ? 'check.matrix.endpointsInside' : 'check.matrix.members', { count: matching });
  return (
    <div
      role="row"
      className={styles.line}
      aria-rowindex={place + 1}
      data-line={place}
      data-kind={group.telegram ? 'telegram' : 'group'}
      style={{ top }}
    >
      <div
        role="rowheader"
        className={styles.name}
        aria-colindex={1}
        aria-expanded={open}
        data-column={0}
        tabIndex={activeColumn === 0 ? 0 : -1}
      >
        <span className={styles.turn} data-open={open || undefined}>
          <Icon name="forward" />
        </span>
        <bdi className={styles.title} title={name}>
          {name}
        </bdi>
        <span className={styles.inside} aria-hidden="true">
          {number(matching)}
        </span>
        <span className="visually-hidden">{inside}</span>
        {compact && group.telegram && (
          <span className={styles.under}>
            <TelegramVerdict context={context} />
          </span>
        )}
      </div>
      {routes.map((route, at) => (
        <CountCell
          key={route.id}
          column={at + 1}
          active={activeColumn === at + 1}
          count={counts[at]}
          summary={group.telegram ? telegram?.routes[at] : undefined}
          name={name}
          title={titles[at] ?? ''}
          context={context}
          telegram={group.telegram}
          routeId={route.id}
        />
      ))}
      {!compact && (
        <VerdictPlace routes={routes.length} activeColumn={activeColumn}>
          {group.telegram ? (
            <TelegramVerdict context={context} />
          ) : (
            <span className="visually-hidden">{t('check.matrix.ownVerdicts')}</span>
          )}
        </VerdictPlace>
      )}
    </div>
  );
}

function CountCell(props: {
  readonly column: number;
  readonly active: boolean;
  readonly count: Count | undefined;
  readonly summary: TelegramRouteSummary | undefined;
  readonly name: string;
  readonly title: string;
  readonly context: MatrixContext;
  readonly telegram: boolean;
  readonly routeId: string;
}) {
  const { t } = useTranslation();
  const { milliseconds } = useWords();
  const { column, active, count, summary, name, title, context, telegram, routeId } = props;
  const counted = sayCount(count, context.running);
  const words =
    counted === 'waiting'
      ? ''
      : counted === 'untested'
        ? t('check.matrix.cellUntested')
        : t('check.matrix.answer', counted);
  const state = summary && t(`check.telegram.${summary.state}`);
  const tone = summary ? toneOfTelegram[summary.state] : telegram ? toneOfCount(counted) : undefined;
  const ms = summary?.pingMs === undefined ? undefined : milliseconds(summary.pingMs);
  // Where all is well the ping tells more, else the count.
  const more = summary?.state === 'works' ? ms : summary && summary.state !== 'untested' ? words : undefined;
  const seen = [state ?? words, more].filter(Boolean).join(' ');
  const spoken = [seen || t('check.matrix.cellWaiting'), more === words ? '' : state && words]
    .filter(Boolean)
    .join(', ');
  return (
    <MatrixCell
      column={column}
      active={active}
      tone={tone}
      word={state ?? words}
      ms={more}
      dead={context.dead.has(routeId)}
      lit={telegram && context.best === routeId}
      spoken={t('check.matrix.groupOver', { group: name, route: title, state: spoken })}
    />
  );
}

type Counted = 'waiting' | 'untested' | Pick<Count, 'ok' | 'tried'>;

function sayCount(count: Count | undefined, running: boolean): Counted {
  if (!count || count.tried === 0) return running && (count?.waiting ?? 1) > 0 ? 'waiting' : 'untested';
  return { ok: count.ok, tried: count.tried };
}

/** While a run goes on, or where it was lost: what has come so far, without a judgement. */
function toneOfCount(counted: Counted): Tone | undefined {
  if (counted === 'waiting') return undefined;
  if (counted === 'untested') return 'idle';
  return counted.ok === 0 ? 'fail' : counted.ok < counted.tried ? 'part' : 'ok';
}

function TelegramVerdict({ context }: { readonly context: MatrixContext }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const { telegram, running } = context;
  if (!telegram) return <span className={styles.judged}>{context.words.verdict(undefined, running)}</span>;
  const said = word('verdicts', telegram.verdict);
  const text =
    telegram.mechanism === undefined
      ? said
      : t('check.matrix.consistentWith', { verdict: said, mechanism: word('mechanisms', telegram.mechanism) });
  return (
    <span className={styles.judged} data-verdict={telegram.verdict}>
      <Glyph tone={toneOfVerdict[telegram.verdict]} />
      <span className={styles.word} title={text}>
        {context.compact ? said : text}
      </span>
    </span>
  );
}
