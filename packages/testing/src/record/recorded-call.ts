import { MdevError, type ClientCall, type DmaMap, type IrqSlot, type SetIrqs } from '@mdevkit/core';
import { VFIO_IRQ_SET_ACTION_UNMASK } from '@mdevkit/uapi';
import type { RecordedArguments, RecordedError, RecordedValue } from './entry.js';
import { recordable } from './recordable.js';

/** A copy of what a call carries. */
export function argumentsOf(call: ClientCall): RecordedArguments {
  switch (call.kind) {
    case 'open':
    case 'close':
    case 'release':
    case 'reset':
    case 'info':
    case 'bind':
    case 'control-open':
      return {};
    case 'region-info':
    case 'irq-info':
      return { index: call.index };
    case 'read':
      return { region: call.region, offset: call.offset, length: call.length };
    case 'write':
      return { region: call.region, offset: call.offset, bytes: part(call, call.length) };
    case 'set-irqs':
      return setIrqsOf(call.request);
    case 'mmap':
      return { region: call.region, offset: call.offset, length: call.length };
    case 'feature':
      return { flags: call.flags, payload: call.payload.slice() };
    case 'migration-state':
      return { state: call.state };
    case 'dma-map':
      return dmaMapOf(call.map);
    case 'dma-unmap':
      return { iova: recordable(call.iova), size: call.size };
    case 'unbind':
      return { pasid: call.pasid };
    case 'quiet':
      return { cause: call.cause };
    case 'control-close':
      return { client: call.client };
    case 'control':
      return { client: call.client, request: call.request.slice() };
  }
}

/** A copy of what a call answered. */
export function answerOf(call: ClientCall, answer: unknown): RecordedValue {
  switch (call.kind) {
    case 'read':
      return typeof answer === 'number' ? part(call, answer) : undefined;
    case 'mmap':
      return answer instanceof Uint8Array ? answer.length : undefined;
    // What a state opens is a stream, which is not recorded.
    case 'migration-state':
      return answer !== undefined;
    case 'control-open':
      return recordable(memberOf(answer, 'id'));
    case 'control':
      return recordable(memberOf(answer, 'bytes'));
    case 'bind':
      return recordable(memberOf(answer, 'pasid'));
    // Its answer is that of what is done meanwhile.
    case 'quiet':
      return undefined;
    default:
      return recordable(answer);
  }
}

export function errorOf(error: unknown): RecordedError {
  return MdevError.is(error)
    ? { errno: error.errno, code: error.code, reason: error.reason }
    : { errno: 0, code: '', reason: '' };
}

/** What is inside of the window; it has not been checked. */
function part(
  { data, at }: { readonly data: DataView; readonly at: number },
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return at >= 0 && length > 0 ? bytes.slice(at, at + length) : new Uint8Array(0);
}

function setIrqsOf({ index, flags, start, count, bools, slots }: SetIrqs): RecordedArguments {
  return {
    index,
    flags,
    start,
    count,
    ...(bools !== undefined && { bools: bools.slice() }),
    ...(slots !== undefined && { slots: slots.map((slot) => slotOf(slot, flags)) }),
  };
}

function slotOf(slot: IrqSlot, flags: number): RecordedValue {
  if (typeof slot === 'number') {
    return slot;
  }
  const unmasks = (flags & VFIO_IRQ_SET_ACTION_UNMASK) !== 0;
  return 'signal' in slot && !(unmasks && 'subscribe' in slot) ? 'target' : 'source';
}

function dmaMapOf({
  iova,
  memory,
  offset = 0,
  size,
  read = true,
  write = true,
}: DmaMap): RecordedArguments {
  const all = memory instanceof Uint8Array ? memory.length : memory.size;
  return { iova: recordable(iova), size: size ?? all - offset, read, write };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
