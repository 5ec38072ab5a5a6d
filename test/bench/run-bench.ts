import { requireTool } from '../support/require-tool.ts';
import { benchCalibration } from './bench-calibration.ts';
import { benchCheck } from './bench-check.ts';
import { benchCollateral } from './bench-collateral.ts';
import { benchFirstResult } from './bench-first-result.ts';
import { benchHistory } from './bench-history.ts';
import { benchInterface } from './bench-interface.ts';
import { benchRanges } from './bench-ranges.ts';
import { benchReports } from './bench-reports.ts';
import { type BenchResult, formatResult, isWithin } from './bench-result.ts';
import { benchStartup } from './bench-startup.ts';
import { benchTelegram } from './bench-telegram.ts';

/** Runs every benchmark, prints each figure beside its limit, and ends with 1 when one is over. */
const benches: readonly { readonly name: string; readonly run: () => Promise<readonly BenchResult[]> }[] = [
  { name: 'startup', run: benchStartup },
  { name: 'first-result', run: benchFirstResult },
  { name: 'telegram', run: benchTelegram },
  { name: 'ranges', run: benchRanges },
  { name: 'collateral', run: benchCollateral },
  { name: 'calibration', run: benchCalibration },
  { name: 'history', run: benchHistory },
  { name: 'reports', run: benchReports },
  { name: 'interface', run: async () => (requireTool(['chromium']) ? benchInterface() : []) },
  {
    name: 'check',
    run: async () =>
      requireTool(['ip', 'nft', 'curl', 'microsocks', 'tinyproxy', 'danted'], { root: true }) ? benchCheck() : [],
  },
];

const wanted = process.argv.slice(2);
let failed = false;
for (const { name, run } of benches) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  for (const result of await run()) {
    console.log(formatResult(result));
    failed ||= !isWithin(result);
  }
}
process.exitCode = failed ? 1 : 0;
