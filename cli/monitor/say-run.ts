import { countVerdicts } from '../../app/count-verdicts.ts';
import type { DiscardedRun, MonitoredRun } from '../../app/monitor/run-monitor.ts';
import { sanitizeText } from '../../app/sanitize-text.ts';
import { verdictNameSchema } from '../../model/verdict.ts';
import type { Io } from '../io.ts';

/** Changes that are told one by one; a whole network that changed is a number. */
const mostChanges = 10;

/** One line for a person who looks on, and one for each change. */
export function sayRun(io: Io, { kind, report, news }: MonitoredRun): void {
  const counts = countVerdicts(report);
  const verdicts = verdictNameSchema.options.flatMap((name) => (counts[name] ? [`${counts[name]} ${name}`] : []));
  const dead = report.routes.filter(({ baseline }) => !baseline.ok).length;
  const parts = [
    `${report.finishedAt} ${kind === 'full' ? 'checked' : 'looked again'}: ${verdicts.join(', ') || 'no target'}`,
    ...(dead > 0 ? [`${dead} of ${report.routes.length} routes without neutral sites`] : []),
  ];
  io.stderr.write(`${parts.join('; ')}\n`);
  for (const change of news.routes.slice(0, mostChanges)) {
    io.stderr.write(`  the route ${sanitizeText(change.label, 60)}: ${change.from} → ${change.to}\n`);
  }
  for (const { name, label, from, to } of news.confirmed.slice(0, mostChanges)) {
    io.stderr.write(`  ${sanitizeText(name, 60)} over ${sanitizeText(label, 60)}: ${from} → ${to}\n`);
  }
  const more = news.confirmed.length - mostChanges;
  if (more > 0) io.stderr.write(`  and ${more} changes more\n`);
}

export function sayDiscarded(io: Io, { gapMs }: DiscardedRun): void {
  io.stderr.write(`waylight: the machine stood still for ${Math.round(gapMs / 1000)} s; the run is thrown away\n`);
}
