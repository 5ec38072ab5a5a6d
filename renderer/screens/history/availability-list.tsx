import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Availability } from '../../../model/run-view.ts';
import { Button } from '../../components/button.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { toneOfState } from '../../components/status.ts';
import { useWords } from '../../i18n/use-words.ts';
import styles from './history.module.css';

const shownRows = 100;

/** One bar of checks per service and route; each is said in words too: how often it worked, and since when it does not. */
export function AvailabilityList({ rows }: { readonly rows: readonly Availability[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (rows.length === 0) return <p className={styles.hint}>{t('history.noChecks')}</p>;
  // What does not always work is what a person looks for.
  const sorted = [...rows].sort((x, y) => shareOf(x) - shareOf(y));
  const shown = all ? sorted : sorted.slice(0, shownRows);
  return (
    <>
      <ul className={styles.bars}>
        {shown.map((row) => (
          <Bar key={`${row.targetId} ${row.routeId}`} row={row} />
        ))}
      </ul>
      {shown.length < rows.length && (
        <Button onClick={() => setAll(true)}>{t('history.showAll', { count: rows.length })}</Button>
      )}
    </>
  );
}

/** 0 to 1; 1 where nothing was counted, because nothing is known to fail. */
function shareOf({ ok, counted }: Availability): number {
  return counted === 0 ? 1 : ok / counted;
}

function Bar({ row }: { readonly row: Availability }) {
  const { t } = useTranslation();
  const { dateTime, number, word } = useWords();
  const { ok, counted, failingSince, points } = row;
  const words = [
    t('history.worked', { ok, count: counted }),
    ...(failingSince === undefined ? [] : [t('history.failingSince', { date: dateTime(failingSince) })]),
  ].join(' ');
  return (
    <li className={styles.bar}>
      <span className={styles.barName}>
        <bdi title={row.name}>{row.name}</bdi>
        <bdi className={styles.hint}>{row.routeId === 'direct' ? t('common.directRoute') : row.label}</bdi>
      </span>
      <span className={styles.points} aria-hidden="true">
        {points.map((point) => (
          <span key={point.runId} title={`${dateTime(point.at)}: ${word('states', point.state)}`}>
            <Glyph tone={toneOfState[point.state]} />
          </span>
        ))}
      </span>
      <span className={styles.share}>
        <span aria-hidden="true">{number(shareOf(row), { style: 'percent' })}</span>
        <span className="visually-hidden">{words}</span>
        {failingSince !== undefined && (
          <span className={styles.hint}>{t('history.failingSince', { date: dateTime(failingSince) })}</span>
        )}
      </span>
    </li>
  );
}
