import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scanKeys } from './scan-keys.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-scan-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scan(code: string) {
  writeFileSync(join(folder, 'part.tsx'), code);
  return scanKeys(folder, ['check', 'map']);
}

it('finds keys wherever they stand, and the holes in them', () => {
  const { used } = scan(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code that is read
    "const label = on ? 'check.stop' : 'check.now'; t(`map.${name}`); say(`check.${part}.${key}`); 'other.key';",
  );
  expect(used.map(({ key }) => key).toSorted()).toEqual(['check.*.*', 'check.now', 'check.stop', 'map.*']);
});

it('sees what a call gives to its text', () => {
  const { calls, unclear } = scan(
    "t('check.a', { count, name: x }); t(on ? 'check.b' : 'check.c'); t('check.d', { ...rest }); t('check.' + name); t(label);",
  );
  expect(calls).toEqual([
    { file: 'part.tsx', keys: ['check.a'], values: ['count', 'name'] },
    { file: 'part.tsx', keys: ['check.b', 'check.c'], values: [] },
    { file: 'part.tsx', keys: ['check.d'], values: null },
    { file: 'part.tsx', keys: [], values: [] },
  ]);
  expect(unclear).toEqual(['part.tsx']);
});

it('sees words that are written into the markup, and no signs', () => {
  const { written } = scan('<p title="Close">Hello {name} · → <b aria-label={t("check.a")} className="wide">×</b></p>');
  expect(written.toSorted()).toEqual(['part.tsx: Close', 'part.tsx: Hello']);
});

it('refuses code that cannot be read', () => {
  expect(() => scan('const = ;')).toThrow('part.tsx');
});
