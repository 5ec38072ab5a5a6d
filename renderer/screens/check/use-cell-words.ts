import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell } from '../../../model/run-view.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { type SayWords, useWords } from '../../i18n/use-words.ts';

export interface CellWords {
  /** The word in a cell: `ok`, `timeout`, `9 of 12`. */
  readonly shortly: (cell: Cell) => string;
  /** Milliseconds of what got through; undefined for the rest. */
  readonly ms: (cell: Cell) => string | undefined;
  /** What a screen reader says: `failed, timeout, 0 of 6 endpoints`. */
  readonly spoken: (cell: Cell | undefined, running: boolean) => string;
  /** `blocked, consistent with its address being filtered`. */
  readonly verdict: (verdict: Verdict | undefined, running: boolean) => string;
  /** `blocked`. */
  readonly verdictShortly: (verdict: Verdict | undefined, running: boolean) => string;
}

/** Words for thousands of cells: what two of them share is looked up once. */
export function useCellWords(): CellWords {
  const { t } = useTranslation();
  const words = useWords();
  return useMemo(() => createCellWords(t, words), [t, words]);
}

function createCellWords(t: TFunction, words: SayWords): CellWords {
  const cache = new Map<string, string>();
  const once = (key: string, make: () => string) => {
    const known = cache.get(key);
    if (known !== undefined) return known;
    const made = make();
    cache.set(key, made);
    return made;
  };
  const state = (name: Cell['state']) => once(`state ${name}`, () => words.word('states', name));
  const failure = ({ failure: why }: Cell) =>
    why && once(`failure ${why.kind} ${why.code} ${why.detail}`, () => words.failureShortly(why));
  const count = ({ endpoints: of }: Cell) =>
    of && once(`count ${of.ok} ${of.tried}`, () => t('check.matrix.answer', { ok: of.ok, tried: of.tried }));
  const shortly = (cell: Cell) => {
    if (cell.state === 'skipped') {
      return cell.detail === undefined
        ? t('check.matrix.cellUntested')
        : once(`detail ${cell.detail}`, () => words.word('resultDetails', String(cell.detail)));
    }
    if (cell.state === 'impaired') return count(cell) ?? failure(cell) ?? state('impaired');
    return cell.state === 'failed' ? (failure(cell) ?? state('failed')) : state(cell.state);
  };
  const ms = ({ state: name, failure: why, ms: times }: Cell) =>
    times.total === undefined || !(name === 'ok' || (name === 'impaired' && !why))
      ? undefined
      : words.milliseconds(times.total);
  const verdictShortly: CellWords['verdictShortly'] = (verdict, running) =>
    verdict
      ? once(`verdict ${verdict.verdict}`, () => words.word('verdicts', verdict.verdict))
      : t(running ? 'check.matrix.verdictWaiting' : 'check.matrix.verdictNone');
  const endpoints = ({ endpoints: of }: Cell) =>
    of && of.tried > 1 ? t('check.matrix.endpoints', { count: of.ok, tried: of.tried }) : undefined;
  return {
    verdictShortly,
    shortly,
    ms,
    spoken: (cell, running) => {
      if (!cell) return t(running ? 'check.matrix.cellWaiting' : 'check.matrix.cellUntested');
      const counted = endpoints(cell);
      const why = cell.state === 'failed' || cell.state === 'impaired' ? failure(cell) : undefined;
      // What is seen stands in it as it is seen, for those who say what they see.
      const seen = [shortly(cell), ms(cell)].filter((part) => part !== undefined).join(' ');
      const first = cell.state === 'ok' || cell.state === 'skipped' ? undefined : state(cell.state);
      return [first === seen ? undefined : first, seen, why === seen ? undefined : why, counted]
        .filter(Boolean)
        .join(', ');
    },
    verdict: (verdict, running) => {
      const said = verdictShortly(verdict, running);
      const mechanism = verdict?.mechanism;
      if (mechanism === undefined) return said;
      return once(`verdict ${said} ${mechanism}`, () =>
        t('check.matrix.consistentWith', { verdict: said, mechanism: words.word('mechanisms', mechanism) }),
      );
    },
  };
}
