export type {
  Device,
  DeviceInfo,
  DmaMap,
  FeatureReply,
  IrqInfo,
  IrqSlot,
  Mapping,
  MmapArea,
  PasidBinding,
  RegionCapability,
  RegionInfo,
  SetIrqs,
} from './contract.js';
export { DeviceClient } from './device-client.js';
export { DmaPlane } from './dma-plane.js';
export { isDeviceApi } from './device-flags.js';
export type { EndpointState } from './endpoint-state.js';
export { Endpoint } from './endpoint.js';
export {
  DEFAULT_HANDLER_DEADLINE_MS,
  type EndpointCounters,
  type EndpointServices,
} from './endpoint-services.js';
export {
  requireBytes,
  requireDmaMap,
  requireIova,
  requireNumber,
  requireSetIrqs,
  requireSpace,
} from './arguments.js';
export { isThenable } from './model-guard.js';
export { EVENT_QUEUE_LIMIT, EventHub } from './event-queue.js';
export type { FeatureHandler } from './feature/index.js';
export { IOEVENTFD_LIMIT, type IoeventfdRequest } from './ioeventfds.js';
export { deviceIoctl, type Descriptors } from './ioctl/index.js';
export * from './irq-calls.js';
export {
  isSupportedState,
  MigrationData,
  nextHop,
  type MigrationAbilities,
  type MigrationModel,
  type MigrationSink,
  type MigrationSource,
  type PrecopyInfo,
} from './migration/index.js';
export { read32, read64, write32, write64 } from './register-access.js';
export {
  absent,
  DeviceModel,
  type DeviceApi,
  type QuiesceCause,
  type RegionSlot,
} from './model.js';
