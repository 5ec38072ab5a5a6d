import { useCallback } from 'react';
import type { AddressShare } from '../../../model/cloud.ts';
import { useWords } from '../../i18n/use-words.ts';

/** A share in percent with one decimal; what is something is never said to be nothing, nor all what is not all. */
export function useShare(): (share: AddressShare) => string {
  const { number } = useWords();
  return useCallback(
    ({ inside, total }) => {
      const part = total === 0 ? 0 : inside / total;
      const percent = (value: number) => number(value, { style: 'percent', maximumFractionDigits: 1 });
      if (part > 0 && part < 0.0005) return `< ${percent(0.001)}`;
      return part < 1 && part > 0.9995 ? `> ${percent(0.999)}` : percent(part);
    },
    [number],
  );
}
