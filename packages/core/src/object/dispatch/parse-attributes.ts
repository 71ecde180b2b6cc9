import { UVERBS_ATTR_F_MANDATORY, UVERBS_UDATA_DRIVER_DATA_FLAG } from '@mdevkit/uapi';
import { failure, MdevError } from '../../errors/index.js';
import type { ObjectSpace } from '../life/object-space.js';
import { ABSENT, type CallFrame } from './call-frame.js';
import type { MethodPlan, SlotPlan } from './method-plan.js';
import { parseHandle, parseHandles } from './parse-handles.js';

/**
 * Goes through the attributes of a request, in their order: each is checked, decoded, and what it names is locked; last,
 * whether all that must be there are. The frame holds the locks, also if this throws.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c, uverbs_set_attr, uverbs_process_attr.
 */
export function parseAttributes(frame: CallFrame, plan: MethodPlan, space: ObjectSpace): void {
  const { reader, lengths } = frame;
  for (let i = 0; i < reader.count; i++) {
    const attr = reader.attribute(i);
    const slot = findSlot(frame, plan, attr);
    if (slot === ABSENT) {
      continue;
    }
    const slotPlan = plan.slots[slot];
    if (slotPlan === undefined || lengths[slot] !== ABSENT) {
      throw failure('object.attribute-twice', { attribute: slotPlan?.name });
    }
    if (reader.reserved(attr) !== 0 || (reader.member(attr) !== 0 && !slotPlan.isEnum)) {
      throw failure('object.attribute-reserved', { attribute: slotPlan.name });
    }
    const length = reader.length(attr);
    lengths[slot] = length;
    if (slotPlan.codec === undefined) {
      parseReference(frame, slotPlan, attr, length, space);
    } else if (slotPlan.isOut) {
      slotPlan.codec.checkRoom(length);
    } else {
      frame.values[slotPlan.name] = decode(frame, slotPlan, attr, length);
    }
  }
  requireMandatory(frame, plan);
  for (const { slot, name } of plan.flags) {
    if (lengths[slot] === ABSENT) {
      frame.values[name] = 0;
    }
  }
}

/** The slot of an attribute; {@link ABSENT} for one that the method does not have and need not have. */
function findSlot({ reader, driverId }: CallFrame, plan: MethodPlan, attr: number): number {
  const flags = reader.flags(attr);
  const id = reader.id(attr);
  if ((flags & ~UVERBS_ATTR_F_MANDATORY) !== 0) {
    throw failure('object.attribute-flags', { attribute: id, flags });
  }
  // A client that knows no driver knows none of its attributes.
  const isForeign = driverId === 0 && (id & UVERBS_UDATA_DRIVER_DATA_FLAG) !== 0;
  const slot = isForeign ? ABSENT : plan.method.slotOf(id);
  if (slot < 0 && flags !== 0) {
    throw failure('object.attribute-unknown', { method: plan.what, attribute: id });
  }
  return slot;
}

function requireMandatory({ lengths }: CallFrame, plan: MethodPlan): void {
  for (const slot of plan.method.mandatory) {
    if (lengths[slot] === ABSENT) {
      throw failure('object.attribute-missing', { attribute: plan.slots[slot]?.name });
    }
  }
}

function decode(frame: CallFrame, slot: SlotPlan, attr: number, length: number): unknown {
  const { reader } = frame;
  try {
    return slot.codec?.read(reader, reader.data(attr, length), length, reader.member(attr));
  } catch (error) {
    if (MdevError.is(error)) {
      throw error;
    }
    // A field of the layout may have values that its type cannot represent.
    throw failure('object.value', { attribute: slot.name }, error);
  }
}

function parseReference(
  frame: CallFrame,
  slot: SlotPlan,
  attr: number,
  length: number,
  space: ObjectSpace,
): void {
  switch (slot.spec.kind) {
    case 'fd':
      frame.values[slot.name] = parseDescriptor(frame, attr, length);
      return;
    case 'handle':
      parseHandle(frame, slot, slot.spec, attr, length, space);
      return;
    case 'handles':
      frame.values[slot.name] = parseHandles(frame, slot, slot.spec, attr, length, space);
      return;
    default:
      throw failure('object.value', { attribute: slot.name });
  }
}

/** One that the control plane knows nothing of. */
function parseDescriptor({ reader, descriptors }: CallFrame, attr: number, length: number): number {
  if (length !== 0) {
    throw failure('object.handle-length', { length });
  }
  const index = reader.low(attr);
  if (reader.high(attr) !== 0 || index >= descriptors.length) {
    throw failure('object.descriptor-index', { index, count: descriptors.length });
  }
  const descriptor = descriptors[index];
  if (typeof descriptor !== 'number' || descriptor >>> 0 !== descriptor) {
    throw failure('object.descriptor', { index });
  }
  return descriptor;
}
