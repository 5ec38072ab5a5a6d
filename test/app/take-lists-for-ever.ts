import { readFileSync } from 'node:fs';
import { readCurrentRanges } from '../../app/load-ranges.ts';
import { readRangesBytes } from '../../app/read-ranges-file.ts';
import { acceptRanges } from '../../app/update-ranges.ts';

// Takes one newer list after another into a file until it is killed, and tells the number of each that is in.
const [cacheFile = '', template = '', first = ''] = process.argv.slice(2);
const list = JSON.parse(readFileSync(template, 'utf8')) as object;
for (let serial = Number(first); ; serial++) {
  const text = JSON.stringify({ ...list, syncToken: String(1_600_000_000 + serial) });
  const read = await readRangesBytes(Buffer.from(text), 'list');
  const current = await readCurrentRanges({ cacheFile }, []);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const accepted = await acceptRanges(read.value, { name: 'list', cacheFile, current });
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.problems));
  process.send?.(serial);
}
