export { DoorbellDescriptors, type DoorbellDescriptor } from './doorbell-descriptors.js';
export { IrqDescriptors } from './irq-descriptors.js';
export type { IrqSet } from './irq-set.js';
