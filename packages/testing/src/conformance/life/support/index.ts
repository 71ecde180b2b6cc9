export {
  codeOf,
  follow,
  outcomeOf,
  usedRegions,
  type Outcome,
  type UsedRegion,
} from '../../support/index.js';
export { doWork, LENT_BYTES, live, liveOn, useRandomly, type Life } from './activity.js';
export { endings, type Ending } from './endings.js';
export { bindAll, usedIrqs, type Rung, type UsedIrq } from './irqs.js';
export { canReset, isPci, makeReady } from './regions.js';
export { requireSameAnswers, scribble, type Answer } from './scribble.js';
export {
  changedChunks,
  chunkOf,
  differences,
  placeOf,
  takeSnapshot,
  type Snapshot,
} from './snapshot.js';
export { requireFresh, takeBaseline, takeChanging, type Baseline } from './baseline.js';
export { fillMemory, fillRegisters, hasMemory } from './fill.js';
export { both, needs, needsRoom, needsWork, onDevice } from './needs.js';
export { findFunctionReset, resetFunction } from './function-reset.js';
export { serve, type RawPeer, type Served } from './socket.js';
export {
  callsInFlight,
  FLIGHT_MS,
  inFlight,
  needsFlight,
  outwardCalls,
  type Flight,
} from './flight.js';
export { handOf } from './hand.js';
export {
  findPasidStep,
  namedPasidStep,
  pasidCalls,
  playWithPasid,
  recordWork,
  type Step,
  type WorkScript,
} from './work-script.js';
export {
  playRegisters,
  registersOf,
  requireSameRegisters,
  writeRegister,
} from './register-script.js';
