import { causes } from './create-cases.ts';
import { bands, type PlayedHost } from './play-case.ts';

/** Reads what `writeHosts` wrote; throws a RangeError on a line that cannot have come from there. */
export function readHosts(text: string): readonly PlayedHost[] {
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [caseId = '', host = '', causeText, score, bandText, otherwise, capped, ...rest] = line.split(',');
      const cause = causes.find((name) => name === causeText);
      const band = bands.find((name) => name === bandText);
      if (!cause || !band || capped === undefined || rest.length > 0) throw new RangeError(`not a host: ${line}`);
      return {
        caseId,
        host,
        cause,
        band,
        ...(score ? { score: Number(score) } : {}),
        ...(otherwise ? { otherwise } : {}),
        capped: capped.split(' ').filter((item) => item !== ''),
      };
    });
}
