import type { DmaFault } from '../iommu/dma/fault.js';

/**
 * What a device tells its client beside interrupts. `request` asks the client to let go of the device
 * (it will be revoked when the grace ends), `hangup` says that it is gone and ends the stream, `fault`
 * is a DMA access that was refused, `error` is a failure of the device itself. `lost` stands where a reader that
 * was too slow missed `count` events.
 */
export type DeviceEvent =
  | { readonly kind: 'request'; readonly graceMs: number }
  | { readonly kind: 'hangup'; readonly reason: string }
  | ({ readonly kind: 'fault' } & DmaFault)
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'lost'; readonly count: number };

/** Where a device model reports an event. Injected; never blocks and never throws. */
export interface DeviceEvents {
  report(event: DeviceEvent): void;
}

export const DeviceEvents: unique symbol = Symbol.for('@mdevkit/core/DeviceEvents');
