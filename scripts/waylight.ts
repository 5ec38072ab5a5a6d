import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** `npm run -s waylight -- <args>`: the built command, or how to build it. */
const program = join(import.meta.dirname, '..', 'out', 'waylight.js');

if (existsSync(program)) await import(pathToFileURL(program).href);
else {
  console.error('waylight: the command is not built yet; run npm run build');
  process.exitCode = 2;
}
