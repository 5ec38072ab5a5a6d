import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRunStore } from '../../app/history/open-run-store.ts';
import { type MonitorOptions, monitorCommand } from '../../cli/commands/monitor.ts';
import type { ExitCode, Io } from '../../cli/io.ts';
import { rangesFiles } from '../../cli/open-ranges.ts';
import type { Clock } from '../../engine/clock.ts';
import type { Network } from '../../engine/network.ts';
import { createLab, type Lab } from '../../lab/create-lab.ts';
import type { Scenario } from '../../lab/scenario.ts';
import { type MonitorLine, monitorLineSchema } from '../../model/monitor-line.ts';
import type { RunReport } from '../../model/report.ts';
import type { ProxyRoute, Route } from '../../model/route.ts';
import { createFakeIo, type FakeIo } from '../cli/fake-io.ts';

export interface LabMonitor {
  readonly lab: Lab;
  readonly folder: string;
  readonly io: FakeIo;
  /** Every line so far; each fits the schema, or this throws. */
  lines(): readonly MonitorLine[];
  /** The reports of the history, newest first. */
  kept(): readonly RunReport[];
  readonly ended: Promise<ExitCode>;
  /** Interrupts it and waits for its end. */
  stop(): Promise<ExitCode>;
  /** Ends all that is left. */
  close(): Promise<void>;
}

interface Options {
  /** Ids of the scenario's own targets. */
  readonly targets: readonly string[];
  readonly change?: Partial<Omit<MonitorOptions, 'routes'>>;
  readonly clock?: Clock;
  /** What the provider does beyond the scenario. */
  readonly network?: (network: Network) => Network;
  /** In place of the fake terminal's. */
  readonly io?: (io: FakeIo) => Io;
}

/** `waylight monitor` in this process and in a practice network, told everything in words and files as a person would. */
export async function startLabMonitor(
  scenario: Scenario,
  { targets, change = {}, clock, network = (own) => own, io: changeIo = (io) => io }: Options,
): Promise<LabMonitor> {
  const folder = await mkdtemp(join(tmpdir(), 'waylight-monitor-'));
  const lab = await createLab(scenario);
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const listed = lab.targets.filter(({ id }) => targets.includes(id));
  const options: MonitorOptions = {
    every: '30s',
    targets: await write('targets.json', JSON.stringify(listed.map(asEntry))),
    baseline: await write('baseline.json', JSON.stringify(lab.baselines.map(asEntry))),
    route: [],
    routes: await write('routes.txt', lab.routes.map(asLink).join('\n')),
    ca: await write('ca.pem', lab.authority),
    dns: `${lab.dns.address}:${lab.dns.port}`,
    doh: lab.doh.url,
    profile: 'standard',
    redact: 'standard',
    ...change,
  };
  const io = createFakeIo({ env: { XDG_DATA_HOME: folder } });
  const files = rangesFiles(io.env, join(import.meta.dirname, '..', '..', 'out'));
  const ended = monitorCommand(options, {
    io: changeIo(io),
    files,
    network: network(lab.network),
    ...(clock === undefined ? {} : { clock }),
  });
  return {
    lab,
    folder,
    io,
    ended,
    lines: () =>
      io
        .out()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => monitorLineSchema.parse(JSON.parse(line))),
    kept: () => {
      const opened = openRunStore(join(folder, 'waylight', 'history.sqlite'));
      if (!opened.ok) return [];
      const reports = opened.store.list(100).flatMap(({ runId }) => opened.store.read(runId)?.report ?? []);
      opened.store.close();
      return reports;
    },
    stop: () => {
      io.interrupt();
      return ended;
    },
    close: async () => {
      io.interrupt();
      await ended;
      await lab.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function asEntry({ id, name, group, url, expect }: Lab['targets'][number]) {
  return { id, name, group, url, ...(expect === undefined ? {} : { expect }) };
}

function asLink(route: Route): string {
  if (route.kind === 'direct') return 'direct';
  const { kind, host, port, label, credentials } = route as ProxyRoute;
  const user = credentials ? `${credentials.username}:${encodeURIComponent(credentials.password)}@` : '';
  return `${kind}://${user}${host}:${port}#${encodeURIComponent(label)}`;
}
