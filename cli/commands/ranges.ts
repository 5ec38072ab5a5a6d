import { asnAttribution, type LoadedRanges } from '../../app/load-ranges.ts';
import { sanitizeText } from '../../app/sanitize-text.ts';
import { updateRanges } from '../../app/update-ranges.ts';
import type { Problem } from '../../model/problem.ts';
import type { ExitCode, Io } from '../io.ts';
import { openRanges, type rangesFiles } from '../open-ranges.ts';
import { refuse, sayProblems } from '../say-problems.ts';
import { describeSource, groupDigits } from './write-lookup.ts';

export interface RangesOptions {
  readonly update?: boolean | undefined;
  readonly from?: string | undefined;
  readonly route?: string | undefined;
}

export interface RangesDependencies {
  readonly io: Io;
  readonly files: ReturnType<typeof rangesFiles>;
}

const isUrl = (text: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

function checkOptions({ update, from, route }: RangesOptions): Problem[] {
  if (!update) {
    const stray = from === undefined ? (route === undefined ? undefined : '--route') : '--from';
    return stray === undefined ? [] : [{ option: stray, code: 'option-needs', params: { needs: '--update' } }];
  }
  if (route !== undefined) return [{ option: '--route', code: 'option-not-in-this-version' }];
  if (from === undefined) return [{ option: '--update without --from FILE', code: 'option-not-in-this-version' }];
  return isUrl(from) ? [{ option: '--from with a URL', code: 'option-not-in-this-version' }] : [];
}

function describeTables({ source, aws, asn }: LoadedRanges): string[] {
  const facts: (readonly [string, string])[] = [['source', describeSource(source)]];
  if (source.createdAt !== null) facts.push(['published', source.createdAt]);
  if (aws) {
    const { regions, services, v4, v6 } = aws.ranges;
    const rows = `${groupDigits(v4.length.length)} IPv4, ${groupDigits(v6.length.length)} IPv6`;
    facts.push(
      ['rows', `${rows}; ${groupDigits(aws.index.size)} distinct prefixes`],
      ['regions', `${regions.length}: ${regions.toSorted().join(' ')}`],
      ['services', `${services.length}: ${services.toSorted().join(' ')}`],
      ['file', sanitizeText(aws.file, 1024)],
    );
  }
  if (asn) {
    facts.push(['AS table', `${groupDigits(asn.rows)} ranges of ${asn.date}`], ['credit', asnAttribution]);
  }
  return facts.map(([name, value]) => `${name.padEnd(10)}${value}`);
}

/**
 * `waylight ranges`: which address tables are in use. With `--update --from FILE`, takes that file in first, if the
 * acceptance rules allow it (see updateRanges); a file they refuse is exit 2 and changes nothing.
 */
export async function rangesCommand(options: RangesOptions, { io, files }: RangesDependencies): Promise<ExitCode> {
  const problems = checkOptions(options);
  if (problems.length > 0) return refuse(io, problems);
  if (options.update && options.from !== undefined) {
    const readStdin = (limit: number) => io.readStdin(limit);
    const update = await updateRanges({ from: options.from, ...files, readStdin });
    if (!update.ok)
      return refuse(
        io,
        update.problems.map((problem) => ({ option: '--from', ...problem })),
      );
    const { updated, ranges, previousFile } = update.value;
    const day = ranges.createdAt.slice(0, 10);
    io.stderr.write(updated ? `The list of ${day} is now in use.\n` : `The list of ${day} is in use already.\n`);
    if (previousFile !== undefined)
      io.stderr.write(`The one before it is kept as ${sanitizeText(previousFile, 1024)}\n`);
  }
  const loaded = await openRanges(io, files, undefined);
  if (!loaded.ok) return refuse(io, loaded.problems);
  sayProblems(io, loaded.notices);
  io.stdout.write(`${describeTables(loaded.value).join('\n')}\n`);
  return 0;
}
