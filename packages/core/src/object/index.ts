export {
  ControlClient,
  LocalTransport,
  type Control,
  type ControlMessage,
  type ControlTransport,
} from './client/index.js';
export * from './declare/index.js';
export type { ObjectDescriptor, ReadOptions } from './descriptor.js';
export {
  implement,
  type Call,
  type ControlClientIdentity,
  type DestroyReason,
  type Handler,
  type Handlers,
  type Implementation,
  type ObjectEventsOptions,
  type ObjectLife,
} from './implement/index.js';
export { ObjectPlane, type ObjectLimits, type ObjectPlaneOptions } from './plane/index.js';
export {
  DeviceClass,
  EventChannelClass,
  EventChannelFlags,
  ObjectSchema,
  type CatalogueAttribute,
  type CatalogueClass,
  type CatalogueMethod,
  type ObjectCatalogue,
} from './schema/index.js';
