import { UVERBS_ATTR_F_VALID_OUTPUT } from '@mdevkit/uapi';
import { failure, MdevError } from '../../errors/index.js';
import type { Values } from '../implement/index.js';
import type { MessageWriter } from '../wire/message-writer.js';
import { ABSENT, type CallFrame } from './call-frame.js';
import type { MethodPlan, SlotPlan } from './method-plan.js';

const NOTHING: Values = {};

/**
 * Writes the reply: the outputs that the client has asked for, cut to its room, and the handle of a new object, which is
 * the place of its descriptor for a descriptor object. Throws EIO `object.answer` for an output that is not what the
 * method declares, EMSGSIZE `object.message-size`.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c, uverbs_copy_to, uverbs_set_output.
 */
export function writeReply(
  writer: MessageWriter,
  frame: CallFrame,
  plan: MethodPlan,
  answer: Values = NOTHING,
): Uint8Array {
  const { method, outs, handle } = plan;
  const { lengths, created } = frame;
  let count = created === undefined ? 0 : 1;
  for (const out of outs) {
    if (lengths[out.slot] !== ABSENT && isGiven(plan, out, answer)) {
      count += 1;
    }
  }
  writer.begin(method.owner.wireId, method.wireId, frame.driverId, count);
  if (created !== undefined && handle !== undefined) {
    writer.attribute(handle.wireId, UVERBS_ATTR_F_VALID_OUTPUT);
    writer.handle(created.bound.kind === 'fd' ? 0 : created.handle);
  }
  for (const out of outs) {
    const room = lengths[out.slot] ?? ABSENT;
    if (room !== ABSENT && answer[out.name] !== undefined) {
      writer.attribute(out.wireId, UVERBS_ATTR_F_VALID_OUTPUT);
      write(writer, plan, out, answer[out.name], room);
    }
  }
  return writer.finish();
}

/** What a destroy answers for the driver, which is not asked any more. */
export function zeros(plan: MethodPlan): Values {
  const values: Values = {};
  for (const { name, mandatory, codec } of plan.outs) {
    if (mandatory) {
      values[name] = codec?.zero();
    }
  }
  return values;
}

function isGiven(plan: MethodPlan, out: SlotPlan, answer: Values): boolean {
  if (answer[out.name] !== undefined) {
    return true;
  }
  if (out.mandatory) {
    throw failure('object.answer', { handler: plan.what, missing: out.name });
  }
  return false;
}

function write(
  writer: MessageWriter,
  plan: MethodPlan,
  out: SlotPlan,
  value: unknown,
  room: number,
): void {
  try {
    out.codec?.write(writer, value, room);
  } catch (error) {
    if (MdevError.is(error)) {
      throw error;
    }
    throw failure(
      'object.answer',
      { handler: plan.what, attribute: out.name, problem: String(error) },
      error,
    );
  }
}
