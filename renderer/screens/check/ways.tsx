import type { RunState } from '../../store/run-state.ts';
import type { Answer } from './find-answer.ts';
import styles from './ways.module.css';

type Way = 'lit' | 'open' | 'broken' | 'waiting';

/** More than these would be a tangle; the matrix has them all. */
const mostWays = 6;
const height = 72;

/** The mark as a picture of this run: a line for each route, and the one that leads to Telegram is lit. */
export function Ways({ run, answer }: { readonly run: RunState; readonly answer: Answer }) {
  const ways = readWays(run, answer);
  const step = ways.length > 1 ? (height - 16) / (ways.length - 1) : 0;
  const middle = height / 2;
  return (
    <svg className={styles.ways} viewBox={`0 0 112 ${height}`} aria-hidden="true">
      {ways.map((way, place) => {
        const y = ways.length > 1 ? 8 + step * place : middle;
        const path = `M10 ${middle}h10L46 ${y}h${way === 'broken' ? 14 : 50}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a way is its place
          <g key={place} className={styles[way]}>
            <path d={path} pathLength={1} />
            {way === 'broken' ? (
              <path d={`M64 ${y - 5}l10 10M74 ${y - 5}l-10 10`} className={styles.cross} />
            ) : (
              <circle cx="100" cy={y} r={way === 'lit' ? 6 : 3.5} />
            )}
          </g>
        );
      })}
      <circle cx="10" cy={middle} r="4" className={styles.you} />
    </svg>
  );
}

/** The lit one is drawn last, over the others. */
function readWays(run: RunState, answer: Answer): readonly Way[] {
  const shown = run.routes.slice(0, mostWays);
  const answering = new Set(answer.details.find(({ key }) => key === 'soFar')?.routes);
  const telegram = new Map(run.outcome?.telegram?.routes.map(({ routeId, state }) => [routeId, state]));
  return shown.map(({ id, baseline }): Way => {
    if (answer.tone === 'busy') return answering.has(id) ? 'open' : 'waiting';
    if (id === answer.best || (answer.tone === 'lit' && answer.best === undefined && id === shown[0]?.id)) return 'lit';
    const state = telegram.get(id);
    if (state !== undefined && state !== 'untested') return state === 'fails' ? 'broken' : 'open';
    return baseline.tried === 0 ? 'waiting' : baseline.ok ? 'open' : 'broken';
  });
}
