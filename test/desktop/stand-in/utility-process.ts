import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { ForkOptions, UtilityProcess } from 'electron';
import { onCommand, record } from './control.ts';

/** A process of Node's own in place of one of Chromium's, with the same ends to speak through. */
class StandInProcess extends EventEmitter implements Pick<UtilityProcess, 'kill' | 'pid' | 'postMessage'> {
  #child: ChildProcess;
  constructor(modulePath: string, words: readonly string[], { env, execArgv = [], stdio }: ForkOptions) {
    super();
    const output = stdio === 'ignore' ? 'ignore' : 'inherit';
    this.#child = fork(modulePath, words, {
      execArgv: [...execArgv, '--import', join(import.meta.dirname, 'parent-port.ts')],
      env: (env ?? process.env) as NodeJS.ProcessEnv,
      serialization: 'advanced',
      stdio: ['ignore', output, output, 'ipc'],
    });
    const { pid } = this.#child;
    this.#child.once('spawn', () => {
      record({ what: 'engine', event: 'spawn', pid });
      this.emit('spawn');
    });
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.on('error', () => {});
    this.#child.once('exit', (code, signal) => {
      record({ what: 'engine', event: 'exit', pid });
      this.emit('exit', code ?? (signal === 'SIGKILL' ? 9 : 15));
    });
    onCommand('crash-engine', () => this.#child.kill('SIGSEGV'));
  }
  get pid(): number | undefined {
    return this.#child.pid;
  }
  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object, () => {});
  }
  kill(): boolean {
    return this.#child.kill();
  }
}

export const utilityProcess = {
  fork: (modulePath: string, words: string[] = [], options: ForkOptions = {}) =>
    new StandInProcess(modulePath, words, options),
};
