import type { MonitorLine } from '../../model/monitor-line.ts';
import type { Output } from '../io.ts';

/** Written at once; a reader who is slow holds up no more than this. */
const chunkLength = 65_536;

export interface LineWriter {
  /**
   * Writes them as JSON, one a line, as quickly as they are read and no quicker. Resolves when all are taken, when nobody
   * reads any more, or when the signal is aborted.
   */
  write(lines: Iterable<MonitorLine>): Promise<void>;
}

/** @param onUnheard told when nobody reads any more */
export function createLineWriter(output: Output, signal: AbortSignal, onUnheard: () => void): LineWriter {
  const send = async (chunk: string): Promise<boolean> => {
    output.write(chunk);
    const isTaken = await flushed(output, signal);
    if (!isTaken && !signal.aborted) onUnheard();
    return isTaken;
  };
  return {
    write: async (lines) => {
      let chunk = '';
      for (const line of lines) {
        chunk += `${JSON.stringify(line)}\n`;
        if (chunk.length < chunkLength) continue;
        if (!(await send(chunk))) return;
        chunk = '';
      }
      if (chunk !== '') await send(chunk);
    },
  };
}

/** As `flush`, and false as soon as the signal is aborted. Leaves nothing behind: a monitor asks for months. */
function flushed(output: Output, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(false);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    output
      .flush()
      .finally(() => signal.removeEventListener('abort', stop))
      .then(resolve, reject);
  });
}
