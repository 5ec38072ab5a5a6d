import { useTranslation } from 'react-i18next';
import type { ScenarioView } from '../../../model/contract.ts';

/** A practice network in the language shown; one that this version of the interface does not know says it in English. */
export function useScenarioWords(): (scenario: ScenarioView) => Pick<ScenarioView, 'name' | 'summary'> {
  const { t, i18n } = useTranslation();
  const say = t as unknown as (path: string) => string;
  return ({ id, name, summary }) => {
    const path = `check.scenarios.${id}`;
    return i18n.exists(path) ? { name: say(`${path}.name`), summary: say(`${path}.summary`) } : { name, summary };
  };
}
