import { UVERBS_ATTR_F_MANDATORY } from '@mdevkit/uapi';
import { failure, MdevError } from '../../errors/index.js';
import type { ObjectDescriptor } from '../descriptor.js';
import type { Values } from '../implement/index.js';
import { HANDLE_BYTES } from '../schema/limits.js';
import { writeHandle } from '../wire/handle.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { ArgPlan, ClientPlan } from './client-plan.js';
import type { ControlMessage } from './transport.js';

type Descriptors = (ObjectDescriptor | number)[];

const NO_DESCRIPTORS: readonly never[] = [];

/**
 * Writes the request of a call. Everything that the client says is something that the device must know; an output that may
 * be missing is not. Throws EINVAL `object.argument`, EMSGSIZE `object.message-size`.
 */
export function writeRequest(
  writer: MessageWriter,
  plan: ClientPlan,
  driverId: number,
  args: Values,
): ControlMessage<ObjectDescriptor | number> {
  const { outs } = plan;
  writer.begin(plan.objectId, plan.methodId, driverId, countArgs(plan, args) + outs.length);
  let descriptors: Descriptors | undefined;
  for (const arg of plan.args) {
    const value = args[arg.name];
    if (isSaid(arg, value)) {
      writer.attribute(arg.wireId, UVERBS_ATTR_F_MANDATORY);
      if (arg.codec === undefined) {
        descriptors = writeReference(writer, plan, arg, value, descriptors);
      } else {
        writeValue(writer, plan, arg, value);
      }
    }
  }
  for (const { wireId, mandatory, codec } of outs) {
    writer.attribute(wireId, mandatory ? UVERBS_ATTR_F_MANDATORY : 0);
    writer.room(codec?.room ?? 0);
  }
  return { bytes: writer.finish(), descriptors: descriptors ?? NO_DESCRIPTORS };
}

/** No flags are what a device that has none understands, too. */
function isSaid(arg: ArgPlan, value: unknown): boolean {
  return value !== undefined && !(arg.kind === 'flags' && value === 0);
}

function countArgs(plan: ClientPlan, args: Values): number {
  let count = 0;
  let known = 0;
  for (const arg of plan.args) {
    const value = args[arg.name];
    if (value !== undefined) {
      known += 1;
      count += isSaid(arg, value) ? 1 : 0;
    } else if (arg.mandatory) {
      throw argumentError(plan, arg.name, 'missing');
    }
  }
  for (const name in args) {
    known -= args[name] === undefined ? 0 : 1;
  }
  if (known !== 0) {
    const unknown = Object.keys(args).find((name) => plan.args.every((arg) => arg.name !== name));
    throw argumentError(plan, unknown, 'the method has no such attribute');
  }
  return count;
}

function writeValue(writer: MessageWriter, plan: ClientPlan, arg: ArgPlan, value: unknown): void {
  try {
    // Nothing is cut off: the codec refuses what is longer than it can be.
    arg.codec?.write(writer, value, arg.codec.room);
  } catch (error) {
    if (MdevError.is(error)) {
      throw error;
    }
    throw argumentError(plan, arg.name, String(error), error);
  }
}

function writeReference(
  writer: MessageWriter,
  plan: ClientPlan,
  arg: ArgPlan,
  value: unknown,
  descriptors: Descriptors | undefined,
): Descriptors | undefined {
  if (arg.kind === 'handles') {
    writeHandles(writer, plan, arg, value);
    return descriptors;
  }
  if (arg.kind === 'handle' && !arg.isDescriptor) {
    writer.handle(requireHandle(plan, arg, value));
    return descriptors;
  }
  const isDescriptor = arg.isDescriptor
    ? typeof value === 'object' && value !== null
    : typeof value === 'number' && value >>> 0 === value;
  if (!isDescriptor) {
    const wanted = arg.isDescriptor ? 'a descriptor object' : 'the number of a descriptor';
    throw argumentError(plan, arg.name, `${wanted} is wanted`);
  }
  const all = descriptors ?? [];
  writer.handle(all.length);
  // The transport refuses an object that it has not given out.
  all.push(value as ObjectDescriptor | number);
  return all;
}

function writeHandles(writer: MessageWriter, plan: ClientPlan, arg: ArgPlan, value: unknown): void {
  if (!Array.isArray(value)) {
    throw argumentError(plan, arg.name, 'an array of handles is wanted');
  }
  const handles: readonly unknown[] = value;
  let at = writer.space(HANDLE_BYTES * handles.length);
  for (const each of handles) {
    writeHandle(writer.view, at, requireHandle(plan, arg, each));
    at += HANDLE_BYTES;
  }
}

function requireHandle(plan: ClientPlan, arg: ArgPlan, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw argumentError(plan, arg.name, 'a handle is wanted');
  }
  return value;
}

function argumentError(
  { className, methodName }: ClientPlan,
  argument: string | undefined,
  problem: string,
  cause?: unknown,
): MdevError {
  const details = { class: className, method: methodName, argument, problem };
  return failure('object.argument', details, cause);
}
