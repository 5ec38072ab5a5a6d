import type { EngineClient } from '../engine-process/engine-client.ts';
import type { Handlers } from './handlers.ts';

/** Address tables: they are large, so they are in the engine's process alone. */
export function rangesCalls(engine: EngineClient): Pick<Handlers, 'readRanges' | 'updateRanges' | 'lookUp'> {
  return {
    readRanges: () => engine.ask('readRanges', null),
    updateRanges: (input) => engine.ask('updateRanges', input),
    lookUp: (input) => engine.ask('lookUp', input),
  };
}
