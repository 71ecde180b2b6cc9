export { AfuContext, type AfuState } from './afu-context.js';
export { CONTEXT_IN_FLIGHT } from './disk-places.js';
export { ContextDma } from './context-dma.js';
export { HostWindows } from './host-windows.js';
export { ResourceLookup, type ControlRegisters } from './resource-lookup.js';
export type { AfuServices, ContextServices } from './services.js';
