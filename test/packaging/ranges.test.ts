import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadRanges } from '../../app/load-ranges.ts';
import { reachabilityAddresses } from '../../app/sibling-hosts.ts';
import { buildRanges } from '../../scripts/build-ranges.ts';

it('the table of networks is built beside the embedded list of Amazon, not over it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waylight-ranges-'));
  try {
    writeFileSync(join(folder, 'ip-ranges.json.gz'), 'the list');
    buildRanges(folder);
    expect(readdirSync(folder).sort()).toEqual(['asn.bin', 'ip-ranges.json.gz']);
    expect(readFileSync(join(folder, 'ip-ranges.json.gz'), 'utf8')).toBe('the list');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('every address that Amazon published for being asked is on a network of Amazon', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waylight-ranges-'));
  try {
    buildRanges(folder);
    const loaded = await loadRanges({ asnFile: join(folder, 'asn.bin') });
    if (!loaded.ok) throw new Error('no table');
    const { facts } = loaded.value;
    expect(reachabilityAddresses.filter((address) => facts(address).operator !== 'aws')).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
