import { writeFileSync } from 'node:fs';

/**
 * Loaded with `--import` ahead of the command, which ends itself by process.exit and so would hide a forgotten socket or
 * timer: delays that exit by what closing handles need, and writes what would still have kept the process alive to the file
 * that WAYLIGHT_TEST_WITNESS names.
 */
const file = process.env.WAYLIGHT_TEST_WITNESS;
const closingMs = 100;

if (file !== undefined) {
  const exit = process.exit.bind(process);
  process.exit = ((code?: number) => {
    const witness = setTimeout(() => {
      // This very timer is one of them.
      const left = process.getActiveResourcesInfo();
      left.splice(left.indexOf('Timeout'), 1);
      writeFileSync(file, JSON.stringify(left));
      exit(code);
    }, closingMs);
    witness.ref();
  }) as typeof process.exit;
}
