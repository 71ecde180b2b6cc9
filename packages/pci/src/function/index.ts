export { ConfigSpace, type ResetCause } from './config-space.js';
export { PciFunction } from './pci-function.js';
export type { PciFunctionServices } from './services.js';
