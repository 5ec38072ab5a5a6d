import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import { checkView, useCheckView } from './check-view.ts';
import styles from './filter-bar.module.css';
import { type FilterName, filterInForce, filterNames, readFilters } from './filter-targets.ts';

/** What is shown of the matrix: one of four views, each with how much there is, and a search. */
export function FilterBar({ run }: { readonly run: RunState }) {
  const { t } = useTranslation();
  const { number } = useWords();
  const { filter: chosen, search } = useCheckView((view) => view);
  const filters = useMemo(() => readFilters(run), [run]);
  const filter = filterInForce(filters, chosen);
  const why = (name: FilterName) => {
    if (filters[name].known) return undefined;
    return t(run.outcome === null ? 'check.filters.notYet' : 'check.filters.noEarlier');
  };
  return (
    <div className={styles.bar}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend in the line */}
      <div role="group" className={styles.filters} aria-label={t('check.filters.label')}>
        {filterNames.map((name) => (
          <button
            key={name}
            type="button"
            className={styles.filter}
            aria-pressed={filter === name}
            disabled={!filters[name].known}
            title={why(name)}
            onClick={() => checkView.setState({ filter: name, turned: new Set() })}
          >
            {t(`check.filters.${name}`)}
            <span className={styles.count}>{filters[name].known ? number(filters[name].count) : '–'}</span>
          </button>
        ))}
      </div>
      <label className={styles.search}>
        <Icon name="search" />
        <input
          type="search"
          value={search}
          maxLength={200}
          aria-label={t('check.filters.search')}
          placeholder={t('check.filters.search')}
          onChange={(event) => checkView.setState({ search: event.target.value })}
        />
      </label>
    </div>
  );
}
