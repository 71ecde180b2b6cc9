export type {
  Attribute,
  AttributeIn,
  AttributeOut,
  AttributeTypes,
  SelfReference,
  TypesOf,
} from './attribute.js';
export type {
  AttributeSpec,
  EnumMember,
  HandleAccess,
  Integer,
  ValueType,
} from './attribute-spec.js';
export {
  arrayIn,
  arrayOut,
  bytesIn,
  bytesOut,
  constIn,
  enumIn,
  fdIn,
  flagsIn,
  optional,
  structIn,
  structOut,
  valueIn,
  valueOut,
} from './data-attributes.js';
export type { Bounds } from './data-attributes.js';
export { extendClass } from './extend.js';
export type { AddedAttributes, ClassExtension, ExtendedClass, ExtensionSpec } from './extend.js';
export { handleOf, handlesOf, newHandle, selfHandle } from './handle-attributes.js';
export type { HandleOptions, NewObject, OwnObject } from './handle-attributes.js';
export type { CallArgs, CallResult, Given, MethodName, Received } from './call-types.js';
export type { Handle, ObjectRef, ReferenceTo } from './handles.js';
export {
  classMethod,
  createFdObject,
  createObject,
  DESTROY_WAIT,
  destroyEventSource,
  DestroyedEvents,
  destroyObject,
  method,
} from './method.js';
export type { AttributeMap, Method, MethodRole } from './method.js';
export { fdObjectClass, objectClass } from './object-class.js';
export type {
  AnyObjectClass,
  ClassSpec,
  MethodMap,
  Namespace,
  ObjectClass,
  ObjectKind,
} from './object-class.js';
export { isSameCoreClass } from './same-core-class.js';
export { attributeWireId, classWireId, declaredId, methodWireId, wireId } from './wire-id.js';
