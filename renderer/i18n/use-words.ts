import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../model/failure.ts';
import type { Problem } from '../../model/problem.ts';
import type { Words } from '../../model/words.ts';

export type WordTable = Exclude<keyof Words, 'mtproxyDetails' | 'problems'>;

export interface SayWords {
  /** The text of a key; a key of a newer report that this version does not know is shown as it is. */
  readonly word: (table: WordTable, key: string) => string;
  /** The few words of a cell: the kind, with the code where it tells more (`HTTP 403`). */
  readonly failureShortly: (failure: Failure) => string;
  /** A sentence without its full stop: `Connecting: no answer came before our deadline (ETIMEDOUT)`. */
  readonly failure: (failure: Failure) => string;
  readonly problem: (problem: Problem) => string;
  readonly number: (value: number, options?: Intl.NumberFormatOptions) => string;
  readonly milliseconds: (value: number) => string;
  readonly dateTime: (iso: string, options?: Intl.DateTimeFormatOptions) => string;
  readonly list: (items: readonly string[]) => string;
  readonly language: string;
}

/** The vocabulary of reports in the language shown, and its numbers and dates. */
export function useWords(): SayWords {
  const { t, i18n } = useTranslation(['interface', 'words']);
  const language = i18n.language;
  return useMemo(() => {
    const say = t as unknown as (key: string, values?: Record<string, unknown>) => string;
    const word = (table: string, key: string) => {
      const path = `words:${table}.${key}`;
      return i18n.exists(path) ? say(path) : key;
    };
    const explain = (failure: Failure, form: 'cell' | 'sentence') => {
      const path = `words:mtproxyDetails.${failure.detail}.${form}`;
      return failure.detail !== undefined && i18n.exists(path) ? say(path) : undefined;
    };
    const routeName = ({ id, label }: NonNullable<Problem['route']>) =>
      id === 'direct' ? say('common.directRoute') : label;
    const numbers = new Intl.NumberFormat(language);
    const lists = new Intl.ListFormat(language, { type: 'conjunction' });
    return {
      language,
      word,
      failureShortly: (failure) =>
        explain(failure, 'cell') ??
        (failure.kind === 'http-status' && failure.code ? `HTTP ${failure.code}` : word('failureWords', failure.kind)),
      failure: (failure) => {
        const text = explain(failure, 'sentence') ?? word('failures', failure.kind);
        const code = failure.code === undefined ? '' : ` (${failure.code})`;
        return `${word('steps', failure.step)}: ${text}${code}`;
      },
      problem: (problem) => {
        const path = `words:problems.${problem.code}`;
        const says = i18n.exists(path) ? say(path, { ...problem.params }) : problem.code;
        const where = [
          problem.route && say('common.overRoute', { label: routeName(problem.route) }),
          problem.field,
          problem.line === undefined ? undefined : say('common.line', { line: problem.line }),
        ]
          .filter((part) => part !== undefined)
          .join(', ');
        return where === '' ? says : `${where}: ${says}`;
      },
      number: (value, options) => (options ? new Intl.NumberFormat(language, options) : numbers).format(value),
      milliseconds: (value) => say('common.milliseconds', { value: numbers.format(Math.round(value)) }),
      dateTime: (iso, options = { dateStyle: 'medium', timeStyle: 'short' }) =>
        new Intl.DateTimeFormat(language, options).format(new Date(iso)),
      list: (items) => lists.format(items),
    };
  }, [t, i18n, language]);
}
