import { writeSync } from 'node:fs';
import { openRunStore } from '../../../app/history/open-run-store.ts';
import { storeErrorCode } from '../../../app/history/sqlite-problem.ts';
import { aLargeReport } from '../../support/many-runs.ts';

// Adds runs until it is killed or has added as many as asked, and says each one that is kept. Arguments: file, first number,
// how many, targets of each.
const [file = '', first = '0', count = '1', targets = '60'] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);
const opened = openRunStore(file, { now: () => new Date('2026-08-22T12:00:00Z') });
if (opened.ok) {
  say('open');
  const report = aLargeReport(1, { targets: Number(targets), routes: 3 });
  for (let index = Number(first); index < Number(first) + Number(count); index++) {
    try {
      opened.store.add({ kind: 'check', report: { ...report, id: `run-${index}` } });
      say(`kept run-${index}`);
    } catch (error) {
      say(`refused ${storeErrorCode(error)}`);
      say(`left ${opened.store.size().runs}`);
      break;
    }
  }
} else say(JSON.stringify(opened.problems));
