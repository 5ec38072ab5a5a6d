import { serveEngine } from '../app/engine-process/serve-engine.ts';

/** The engine's process under the web host: `spawn-engine.ts` starts it and kills it. Alone it has nothing to do. */
const end = () => process.kill(process.pid, 'SIGKILL');

// The terminal interrupts every process in it at once; when this one ends is for the host to say.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});
process.on('disconnect', end);
if (process.send === undefined) end();

serveEngine({
  // A failure to send means that the host is gone, and `disconnect` ends this process.
  post: (message) => void process.send?.(message, undefined, {}, () => {}),
  onMessage: (listener) => void process.on('message', listener),
});
