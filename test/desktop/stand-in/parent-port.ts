import { EventEmitter } from 'node:events';
import type { ParentPort } from 'electron';

/** Loaded before a utility process's own program: what such a process has of Electron. */
class StandInPort extends EventEmitter implements Pick<ParentPort, 'postMessage'> {
  #early: unknown[] = [];
  constructor() {
    super();
    process.on('message', (data) => {
      if (!this.emit('message', { data, ports: [] })) this.#early.push(data);
    });
    // What came before anybody listened is heard by the first who does.
    this.on('newListener', () => {
      const early = this.#early;
      this.#early = [];
      queueMicrotask(() => {
        for (const data of early) this.emit('message', { data, ports: [] });
      });
    });
    // Chromium ends its children with itself.
    process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  }
  postMessage(message: unknown): void {
    process.send?.(message, () => {});
  }
}

Object.defineProperty(process, 'parentPort', { value: new StandInPort() });
Object.defineProperty(process, 'type', { value: 'utility' });
Object.defineProperty(process.versions, 'electron', { value: '45.4.1', enumerable: true });
