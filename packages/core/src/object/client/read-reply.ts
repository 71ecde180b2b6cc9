import { UVERBS_ATTR_F_VALID_OUTPUT } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { ObjectDescriptor } from '../descriptor.js';
import type { Values } from '../implement/index.js';
import type { MessageReader } from '../wire/message-reader.js';
import type { ClientPlan, OutPlan } from './client-plan.js';
import type { ControlMessage } from './transport.js';

/**
 * Reads what a method has answered. Throws EPROTO `object.reply` for anything but the reply to this very call: the device
 * may be in the hands of somebody else.
 */
export function readReply(
  reader: MessageReader,
  plan: ClientPlan,
  reply: ControlMessage<ObjectDescriptor>,
  maxMessage: number,
): Values {
  try {
    return read(reader, plan, reply, maxMessage);
  } catch (error) {
    throw failure('object.reply', { problem: String(error) }, error);
  }
}

function read(
  reader: MessageReader,
  plan: ClientPlan,
  { bytes, descriptors }: ControlMessage<ObjectDescriptor>,
  maxMessage: number,
): Values {
  reader.load(bytes, maxMessage);
  if (reader.objectId !== plan.objectId || reader.methodId !== plan.methodId) {
    throw new RangeError('it is of another method');
  }
  if (descriptors.length !== (plan.makesDescriptor ? 1 : 0)) {
    throw new RangeError('it has too few or too many descriptors');
  }
  const { outs } = plan;
  const result: Values = {};
  for (let i = 0; i < reader.count; i++) {
    const attr = reader.attribute(i);
    const out = outOf(plan, reader.id(attr), i);
    if (out === undefined || out.name in result) {
      throw new RangeError('it has more than was asked for');
    }
    result[out.name] = valueOf(reader, out, attr, descriptors[0], plan.makesDescriptor);
  }
  if (reader.count !== outs.length) {
    const missing = outs.find(({ name, mandatory }) => mandatory && !(name in result));
    if (missing !== undefined) {
      throw new RangeError(`${missing.name} is missing`);
    }
  }
  return result;
}

/** Most replies have everything, in the order in which it was asked for. */
function outOf({ outs }: ClientPlan, id: number, index: number): OutPlan | undefined {
  const expected = outs[index];
  return expected?.wireId === id ? expected : outs.find(({ wireId }) => wireId === id);
}

function valueOf(
  reader: MessageReader,
  out: OutPlan,
  attr: number,
  descriptor: ObjectDescriptor | undefined,
  makesDescriptor: boolean,
): unknown {
  if (reader.flags(attr) !== UVERBS_ATTR_F_VALID_OUTPUT) {
    throw new RangeError(`${out.name} is not valid`);
  }
  const length = reader.length(attr);
  if (out.codec !== undefined) {
    const value = out.codec.read(reader, reader.data(attr, length), length, 0);
    // The bytes of the reply are valid until the next call only.
    return out.isBytes ? (value as Uint8Array).slice() : value;
  }
  const handle = reader.handle(attr);
  if (length !== 0 || (makesDescriptor ? handle !== 0 : !Number.isSafeInteger(handle))) {
    throw new RangeError(`${out.name} is no handle`);
  }
  return makesDescriptor ? descriptor : handle;
}
