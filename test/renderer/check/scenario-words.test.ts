import { describe, expect, it } from 'vitest';
import { allScenarios } from '../../../lab/scenarios/all-scenarios.ts';
import english from '../../../renderer/i18n/en.json' with { type: 'json' };

describe('the words of practice networks', () => {
  it('are those of the practice networks there are, so that every language can say them', () => {
    const told = Object.fromEntries(allScenarios.map(({ id, name, summary }) => [id, { name, summary }]));
    expect(english.check.scenarios).toEqual(told);
  });
});
