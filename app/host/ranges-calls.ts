import type { EngineClient } from '../engine-process/engine-client.ts';
import type { Handlers } from './handlers.ts';
import type { RangesRefresher } from './refresh-ranges-by-routes.ts';

/** Address tables: they are large, so they are in the engine's process alone. */
export function rangesCalls(
  engine: EngineClient,
  refresher: Pick<RangesRefresher, 'refresh'>,
): Pick<Handlers, 'readRanges' | 'updateRanges' | 'refreshRanges' | 'read2018' | 'lookUp'> {
  return {
    readRanges: () => engine.ask('readRanges', null),
    updateRanges: (input) => engine.ask('updateRanges', input),
    refreshRanges: () => refresher.refresh(),
    read2018: (input) => engine.ask('read2018', input),
    lookUp: (input) => engine.ask('lookUp', input),
  };
}
