export type { CompiledBar } from './bars.js';
export type { BarIndex, BarSpec, PciFunctionSpec } from './function-spec.js';
export { overlaps, type MsixStructure } from './msix-structures.js';
export { PciFunctionLayout, pciLayout, type StickyBits } from './pci-function-layout.js';
