import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evidenceKeys, ruleIds } from '../../../engine/judge/vocabulary.ts';
import { mechanismSchema, verdictNameSchema } from '../../../model/verdict.ts';
import { situations } from './situations.ts';

const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
const [rulesPart = '', evidencePart = ''] = page.split('\n## Evidence\n');
const rowsOf = (text: string) =>
  text.split('\n').flatMap((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const key = /^`([^`]+)`$/.exec(cells[1] ?? '')?.[1];
    return key === undefined ? [] : [{ key, cells: cells.slice(2, -1) }];
  });
const rules = rowsOf(rulesPart);

describe('docs/rules.md', () => {
  it('has one line for every rule, and none for an unknown one', () => {
    expect(rules.map(({ key }) => key).sort()).toEqual([...ruleIds].sort());
  });

  it('has one line for every evidence key, and none for an unknown one', () => {
    expect(rowsOf(evidencePart).map(({ key }) => key)).toEqual([...evidenceKeys]);
  });

  it('says of every rule what was seen, what it means, its verdict and its look-alike', () => {
    for (const { key, cells } of rules) {
      expect(cells, key).toHaveLength(4);
      for (const cell of cells) expect(cell, key).not.toBe('');
    }
  });

  it('names only verdicts and mechanisms that exist', () => {
    const known = new Set<string>([...verdictNameSchema.options, ...mechanismSchema.options]);
    for (const { key, cells } of rules) {
      const mechanisms = [...(cells[2] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
      for (const mechanism of mechanisms) expect(known.has(mechanism), `${key}: ${mechanism}`).toBe(true);
    }
  });

  it('agrees with the judge on each verdict and mechanism that the tests see', () => {
    // "the same" points at the line above.
    const said = (key: string, at = rules.findIndex((row) => row.key === key)): string =>
      rules[at]?.cells[2] === 'the same' ? said(key, at - 1) : (rules[at]?.cells[2] ?? '');
    for (const { rule, verdict, mechanism } of situations) {
      expect(said(rule), rule).toContain(verdict);
      if (mechanism) expect(said(rule), rule).toContain(`\`${mechanism}\``);
    }
  });
});
