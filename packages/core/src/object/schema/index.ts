export type { BoundAttribute, BoundClass, BoundMethod, MethodTree } from './bound.js';
export type {
  CatalogueAttribute,
  CatalogueClass,
  CatalogueMethod,
  ObjectCatalogue,
} from './catalogue.js';
export { DeviceClass, EventChannelClass, EventChannelFlags } from './core-classes.js';
export { describeTree } from './describe.js';
export { driverIdOf, NO_DRIVER_ID } from './driver-id.js';
export { HANDLE_BYTES, MAX_ATTRIBUTE_BYTES } from './limits.js';
export { ObjectSchema } from './object-schema.js';
