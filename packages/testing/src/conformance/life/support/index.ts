export { doWork, LENT_BYTES, live, liveOn, useRandomly, type Life } from './activity.js';
export { endings, type Ending } from './endings.js';
export { bindAll, usedIrqs, type Rung, type UsedIrq } from './irqs.js';
export { codeOf, follow, outcomeOf, type Outcome } from './outcome.js';
export { canReset, isPci, makeReady, usedRegions, type UsedRegion } from './regions.js';
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
export { needs, needsRoom, onDevice } from './needs.js';
export { findFunctionReset, resetFunction } from './function-reset.js';
export { serve, type RawPeer, type Served } from './socket.js';
