import type { ParentPort } from 'electron';
import { serveEngine } from '../app/engine-process/serve-engine.ts';

// What an Electron utility process has and Node's own typings do not know.
const port: Pick<ParentPort, 'on' | 'postMessage'> = process.parentPort;

serveEngine({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => {
    port.on('message', ({ data }) => listener(data));
  },
});
