export type { Call, ControlClientIdentity, ObjectEventsOptions } from './call.js';
export type { DestroyReason } from './destroy-reason.js';
export type { ErasedHandler, ErasedImplementation, ErasedLife, Values } from './erased.js';
export type { ExtensionHandler, Handler, Handlers } from './handlers.js';
export { isHeldRef, type HeldRef } from './held-ref.js';
export { erased, implement, type Implementation } from './implement.js';
export type { FdObjectLife, LifeArguments, ObjectLife } from './object-life.js';
