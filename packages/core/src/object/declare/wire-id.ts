import { UVERBS_UDATA_DRIVER_DATA_FLAG } from '@mdevkit/uapi';
import type { Attribute } from './attribute.js';
import type { Method } from './method.js';
import type { AnyObjectClass, Namespace } from './object-class.js';

/**
 * The number that calls carry for one that is counted in a namespace.
 *
 * Source: Linux include/uapi/rdma/ib_user_ioctl_cmds.h, UVERBS_ID_NS_SHIFT.
 */
export function wireId(namespace: Namespace, id: number): number {
  return namespace === 'driver' ? UVERBS_UDATA_DRIVER_DATA_FLAG + id : id;
}

/** The other way: the number as its declaration has it. */
export function declaredId(wire: number): number {
  return wire < UVERBS_UDATA_DRIVER_DATA_FLAG ? wire : wire - UVERBS_UDATA_DRIVER_DATA_FLAG;
}

/** The object_id of a call. */
export function classWireId(objectClass: AnyObjectClass): number {
  return wireId(objectClass.namespace, objectClass.id);
}

/** The method_id of a call. */
export function methodWireId(objectClass: AnyObjectClass, method: Method): number {
  return wireId(method.namespace ?? objectClass.namespace, method.id);
}

/** The attr_id of an attribute. */
export function attributeWireId(
  objectClass: AnyObjectClass,
  method: Method,
  attribute: Attribute,
): number {
  return wireId(attribute.namespace ?? method.namespace ?? objectClass.namespace, attribute.id);
}
