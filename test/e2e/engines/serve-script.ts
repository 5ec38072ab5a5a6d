import { setTimeout as sleep } from 'node:timers/promises';
import type { FromEngine, QuestionName, ToEngine } from '../../../app/engine-process/protocol.ts';
import type { CloudFinding } from '../../../model/cloud.ts';
import type { Answer, RangesInfo, Reading2018, ReportPreview } from '../../../model/contract.ts';
import type { RunReport, SiblingProbe } from '../../../model/report.ts';
import type { RouteSummary } from '../../../model/route.ts';
import type { Cell, RunPlan, RunTarget, TargetDetail } from '../../../model/run-view.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { calmEnvironment } from '../../support/a-case.ts';

/** What a scripted engine says of a run: the interface is given exactly this, and nothing is measured. */
export interface Script {
  readonly targets: readonly RunTarget[];
  readonly routes: readonly RouteSummary[];
  readonly cells: readonly Cell[];
  readonly verdicts: readonly Verdict[];
  readonly detail: (targetId: string) => TargetDetail;
  /** Hosts on clouds, told without their scores before the end; none where absent. */
  readonly cloud?: readonly CloudFinding[];
  readonly siblings?: readonly SiblingProbe[];
  /** Milliseconds between two messages, so that the run can be looked at; none where absent. */
  readonly paceMs?: number;
}

const environment = { ...calmEnvironment, platform: 'linux x64' };
const source = { source: 'operator', createdAt: null, rows: 0 } as const;
/** As many as the engine puts into one message. */
const mostCells = 200;

/** Stands in for the engine's process under the web host: every run it is asked for is the one of the script. */
export function serveScript(script: Script): void {
  const say = (message: FromEngine) => process.send?.(message);
  setInterval(() => say({ type: 'alive' }), 1000);
  process.on('message', (message: ToEngine) => {
    if (message.type === 'ask') {
      say({ type: 'answer', id: message.id, answer: answerQuestion(script, message.name, message.input) });
    } else if (message.type === 'run') void play(script, message.order.runId, say);
  });
  // The host's end is ours.
  process.on('disconnect', () => process.exit(0));
}

async function play(script: Script, runId: string, say: (message: FromEngine) => void): Promise<void> {
  const { targets, routes, cells, verdicts, cloud = [], siblings = [], paceMs } = script;
  const startedAt = new Date().toISOString();
  const jobs = targets.length * routes.length;
  const plan: RunPlan = {
    runId,
    kind: 'practice',
    scenario: 'russia-2018',
    profile: 'standard',
    startedAt,
    targets,
    routes,
    jobs,
  };
  say({ type: 'updates', runId, updates: [{ type: 'started', plan }] });
  say({ type: 'updates', runId, updates: [{ type: 'gate', environment, routes }] });
  for (let from = 0; from < cells.length; from += mostCells) {
    const batch = cells.slice(from, from + mostCells);
    say({ type: 'updates', runId, updates: [{ type: 'cells', cells: batch, done: from + batch.length }] });
    if (paceMs !== undefined) await sleep(paceMs);
  }
  for (let from = 0; from < cloud.length; from += mostCells) {
    const batch = cloud.slice(from, from + mostCells).map(({ collateral: _score, ...place }) => place);
    say({ type: 'updates', runId, updates: [{ type: 'cloud', cloud: batch }] });
    if (paceMs !== undefined) await sleep(paceMs);
  }
  for (let from = 0; from < verdicts.length; from += mostCells) {
    const batch = verdicts.slice(from, from + mostCells);
    say({ type: 'updates', runId, updates: [{ type: 'verdicts', verdicts: batch }] });
  }
  const finishedAt = new Date().toISOString();
  const outcome = {
    partial: false,
    finishedAt,
    telegram: null,
    choice: null,
    cloud,
    siblings,
    ranges: source,
    changes: null,
    problems: [],
  };
  const report: RunReport = {
    schema: 'waylight.report/1',
    id: runId,
    startedAt,
    finishedAt,
    partial: false,
    software: { name: 'waylight', version: '0.0.0' },
    profile: 'standard',
    redaction: 'standard',
    environment,
    ranges: source,
    routes: [...routes],
    targets: [...targets],
    results: [],
    verdicts: [...verdicts],
    cloud: [],
  };
  say({ type: 'measured', runId });
  say({ type: 'ended', runId, end: { outcome, report, latencies: [], packed: new Uint8Array() } });
}

/** The list of April 2018 over tables that know of nothing. */
const nothing2018: Reading2018 = {
  overlay: {
    ranges: source,
    lifted: '2020-06-18',
    days: [{ day: '2018-04-16', addresses: 1_835_008, operators: [], amazon: null, regions: [] }],
    told: { day: '2018-04-18', amazon: 0.372, regions: [] },
  },
  inside: [],
};

function answerQuestion(script: Script, name: QuestionName, input: unknown): Answer<unknown> {
  if (name === 'readTarget') {
    return { ok: true, value: script.detail((input as { targetId: string }).targetId) };
  }
  const ranges: RangesInfo = { source, checkedAt: null, attribution: '', problems: [] };
  const preview: ReportPreview = { levels: ['standard', 'strict'], removals: [], text: '' };
  const answers: Partial<Record<QuestionName, unknown>> = {
    readRanges: ranges,
    previewReport: preview,
    writeLetter: { name: 'letter.md', mediaType: 'text/markdown', text: '' },
    listRuns: [],
    readAvailability: [],
    readHistorySize: { bytes: 0, runs: 0, limits: { days: 90, bytes: 500 * 1024 * 1024 } },
    lookUp: [],
    read2018: nothing2018,
    findListeningProxies: [],
  };
  return name in answers ? { ok: true, value: answers[name] } : { ok: false, problems: [{ code: 'run-unknown' }] };
}
