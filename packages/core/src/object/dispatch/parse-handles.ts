import { failure } from '../../errors/index.js';
import type { AttributeSpec } from '../declare/index.js';
import type { HeldRef } from '../implement/index.js';
import type { ObjectSpace } from '../life/object-space.js';
import type { BoundClass } from '../schema/bound.js';
import { HANDLE_BYTES } from '../schema/limits.js';
import { readHandle } from '../wire/handle.js';
import type { CallFrame } from './call-frame.js';
import type { SlotPlan } from './method-plan.js';

type HandleSpec = Extract<AttributeSpec, { readonly kind: 'handle' }>;
type HandlesSpec = Extract<AttributeSpec, { readonly kind: 'handles' }>;

/**
 * The object that an attribute names, or that is to be created for it.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c, uverbs_process_attr (UVERBS_ATTR_TYPE_IDR, UVERBS_ATTR_TYPE_FD);
 * drivers/infiniband/core/rdma_core.c, uverbs_get_uobject_from_file.
 */
export function parseHandle(
  frame: CallFrame,
  slot: SlotPlan,
  spec: HandleSpec,
  attr: number,
  length: number,
  space: ObjectSpace,
): void {
  if (length !== 0) {
    throw failure('object.handle-length', { attribute: slot.name, length });
  }
  const target = requireTarget(slot);
  if (spec.access === 'new') {
    frame.creates = target;
    return;
  }
  const { reader } = frame;
  const reference = reader.handle(attr);
  const isWriter = spec.access !== 'read';
  const entry = frame.hold(
    target.kind === 'fd'
      ? space.lookupDescriptor(target, descriptorOf(frame, reference, isWriter))
      : space.lookup(target, reference, isWriter),
  );
  if (spec.parent) {
    frame.parents.push(entry);
  }
  if (spec.of === undefined) {
    frame.subject = entry;
  } else {
    frame.values[slot.name] = entry.ref;
  }
}

/**
 * Objects in a row.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c, uverbs_process_idrs_array.
 */
export function parseHandles(
  frame: CallFrame,
  slot: SlotPlan,
  spec: HandlesSpec,
  attr: number,
  length: number,
  space: ObjectSpace,
): readonly HeldRef[] {
  const count = length / HANDLE_BYTES;
  if (!Number.isInteger(count) || count < spec.min || count > spec.max) {
    throw failure('object.array-length', { attribute: slot.name, length });
  }
  const target = requireTarget(slot);
  const { reader } = frame;
  const at = reader.data(attr, length);
  const { view } = reader;
  const refs: HeldRef[] = [];
  for (let i = 0; i < count; i++) {
    const handle = readHandle(view, at + HANDLE_BYTES * i);
    refs.push(frame.hold(space.lookup(target, handle, spec.access === 'write')).ref);
  }
  return refs;
}

function descriptorOf({ descriptors }: CallFrame, index: number, isWriter: boolean): unknown {
  if (isWriter) {
    throw failure('object.descriptor-access');
  }
  return descriptors[index];
}

function requireTarget({ target, name }: SlotPlan): BoundClass {
  if (target === undefined) {
    throw failure('object.unknown', { attribute: name });
  }
  return target;
}
