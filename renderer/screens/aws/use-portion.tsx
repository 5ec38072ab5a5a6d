import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../i18n/use-words.ts';

const portion = 100;

/** The first hundred of a long list, and a button for the next hundred where there are more: ten thousand rows are no page. */
export function usePortion<T>(items: readonly T[]): { readonly shown: readonly T[]; readonly more: ReactNode } {
  const { t } = useTranslation();
  const { number } = useWords();
  const [wanted, setWanted] = useState(portion);
  const left = items.length - wanted;
  const more =
    left <= 0 ? null : (
      <p>
        <Button onClick={() => setWanted(wanted + portion)}>
          {t('aws.showMore', { next: number(Math.min(portion, left)), total: number(items.length) })}
        </Button>
      </p>
    );
  return { shown: left <= 0 ? items : items.slice(0, wanted), more };
}
