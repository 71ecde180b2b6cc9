export { irqCallback } from './callback-target.js';
export { Coalescer, type CoalescerOptions } from './coalescer.js';
export { LocalEventfd } from './eventfd.js';
export { IrqController } from './irq-controller.js';
export type { IrqIndexSpec } from './irq-index.js';
export { Irqs } from './irqs.js';
export type { RawIrqRequest } from './request.js';
export type { ResolveDescriptor } from './slot.js';
export type { IrqSource, IrqTarget } from './target.js';
