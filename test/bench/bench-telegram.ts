import { builtInTelegramTargets } from '../../app/built-in-facts.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import { run } from '../../engine/run/run.ts';
import { createLab } from '../../lab/create-lab.ts';
import { defineScenario } from '../../lab/scenario.ts';
import { healthy } from '../../lab/scenarios/healthy.ts';
import { telegramPrefixes } from '../../lab/telegram-network.ts';
import type { RunReport } from '../../model/report.ts';
import { labRunInput } from '../support/lab-run.ts';
import { type BenchResult, median } from './bench-result.ts';

const rounds = 5;

const socks = (id: string, last: number) =>
  ({ id, label: id, kind: 'socks5h', host: `203.0.113.${last}`, address: `203.0.113.${last}`, port: 1080 }) as const;

/** Four routes: the current connection, a CONNECT proxy and two SOCKS proxies, 20 ms away each. */
const open = defineScenario({
  ...healthy,
  id: 'open',
  proxies: [...healthy.proxies, socks('one', 41), socks('two', 42)],
});
/** The same, with everything of Telegram dropped on the current connection, and the proxies with it. */
const closed = defineScenario({
  ...open,
  id: 'closed',
  isp: { connect: [{ prefixes: [...telegramPrefixes, '203.0.113.0/24'], action: 'drop' }] },
});

async function runTelegram(scenario: typeof open): Promise<{ readonly ms: number; readonly report: RunReport }> {
  const lab = await createLab(scenario, { latencyMs: 20, targets: builtInTelegramTargets() });
  try {
    const targets = lab.targets.filter(({ group }) => group === 'telegram');
    const { input, dependencies } = labRunInput(lab, nodeClock(), { targets });
    const startedAt = performance.now();
    const report = await run(input, dependencies, { signal: new AbortController().signal, onEvent: () => {} });
    return { ms: performance.now() - startedAt, report };
  } finally {
    await lab.close();
  }
}

/** The whole Telegram group, data centres, WebSockets and sites, over four routes in the practice network. */
export async function benchTelegram(): Promise<readonly BenchResult[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push((await runTelegram(open)).ms);
  const dropped = await runTelegram(closed);
  const still = dropped.report.results.filter(({ state }) => state !== 'failed').length;
  return [
    { name: 'Telegram over 4 routes, healthy', value: median(times), unit: 'ms', limit: 1500 },
    { name: 'Telegram over 4 routes, everything dropped', value: dropped.ms, unit: 'ms', limit: 12_000 },
    {
      name: 'Telegram over 4 routes, everything dropped: results that are not "failed"',
      value: still,
      unit: 'results',
      limit: 0,
    },
  ];
}
