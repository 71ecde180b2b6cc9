export { addressRange, contains, type AddressRange } from './address-range.js';
export { MemoryRegion, type RegionChange } from './memory-region.js';
export { MemoryWindow } from './memory-window.js';
export { ProtectionDomain } from './protection-domain.js';
export type { RegisteredMemory } from './registered-memory.js';
export { gather, lengthOf, piecesOf, scatter, transfer, type Piece } from './work-memory.js';
