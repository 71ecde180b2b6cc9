export { DriverEventQueue, type FlashNews } from './driver-events.js';
export { FlashContext, type ContextSpec } from './flash-context.js';
export { FlashSlice, type AttachRequest } from './flash-slice.js';
export { ResourceTable, TABLE_BYTES } from './resource-table.js';
export { Resource } from './resource.js';
export type { SliceServices } from './slice-services.js';
