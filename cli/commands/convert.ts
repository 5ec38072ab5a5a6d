import { readInput } from '../../app/input/read-input.ts';
import { redactReport } from '../../app/report/redact.ts';
import { readReportJson } from '../../app/report/report-json.ts';
import type { ExitCode, Io } from '../io.ts';
import { checkLetter } from '../letter-options.ts';
import { type OutputOptions, readOutputs, writeOutputs } from '../report-outputs.ts';
import { refuse } from '../say-problems.ts';

/** `waylight convert REPORT.json`: the same report in other forms, never less redacted than it is. */
export async function convertCommand(file: string, options: OutputOptions, io: Io): Promise<ExitCode> {
  const outputs = await readOutputs(options);
  if (!outputs.ok) return refuse(io, outputs.problems);
  if (outputs.value.files.length === 0) return refuse(io, [{ code: 'output-none' }]);
  const read = await readInput(file, io.readStdin);
  const report = read.ok ? readReportJson(read.value, file) : read;
  if (!report.ok) return io.signal.aborted ? 3 : refuse(io, report.problems);
  const stranger = checkLetter(outputs.value, report.value.targets);
  if (stranger.length > 0) return refuse(io, stranger);
  const problems = await writeOutputs(await redactReport(report.value, outputs.value.redaction), outputs.value, io);
  return problems.length > 0 ? refuse(io, problems) : 0;
}
