export type { DmaCounters } from './dma-counters.js';
export { DmaPort } from './dma-port.js';
export type { DmaTarget, DmaTargets, PageRequest, PageRequester } from './dma-target.js';
export { Dma, type DmaAccess, type DmaSegment, type Iova, type Pasid } from './dma.js';
export { DmaFaultError, type DmaFault } from './fault.js';
