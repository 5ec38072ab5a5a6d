export { mapInTurns } from '../engine/map-in-turns.ts';
