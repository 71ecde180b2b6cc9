export type { AttachedDevice } from './attachment.js';
export { InstanceAccounting } from './instance-accounting.js';
export { MdevIdentity, ParentIdentity } from './mdev-identity.js';
export { MdevRegistry, type CreateRequest, type MdevFactory } from './mdev-registry.js';
export type { MdevType, MdevTypeSpec } from './mdev-type.js';
export { Mdev, type MdevInfo, type MdevResources } from './mdev.js';
export { Parent, type ParentInfo } from './parent.js';
export { parseUuid } from './uuid.js';
