import { failure as coreFailure, type IrqSlot, type IrqTarget, type SetIrqs } from '@mdevkit/core';
import {
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_TYPE_MASK,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
  VFIO_IRQ_SET_DATA_TYPE_MASK,
  VfioIrqSet,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import { bindSource, bindTarget, type IrqBinding } from './irq-binding.js';
import { irqRuns, type IrqRun } from './irq-runs.js';

const U32_MAX = 0xffff_ffff;
const BIND = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
const CLEAR = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
const noDescriptors: readonly number[] = [];

/** Sends one VFIO_USER_DEVICE_SET_IRQS and waits for its reply. */
export type SendSetIrqs = (payload: Uint8Array, descriptors: readonly number[]) => Promise<void>;

/**
 * What is bound to the interrupts of the device, and how a request becomes messages. The server decides whether a
 * request is good; only what no message can say is refused here, with the error that it has in process.
 *
 * Source: docs/interop/vfio-user.rst, VFIO_USER_DEVICE_SET_IRQS; Linux drivers/vfio/vfio_main.c,
 * vfio_set_irqs_validate_and_prepare.
 */
export class IrqTable {
  readonly #send: SendSetIrqs;
  readonly #mostDescriptors: number;
  readonly #onError: (error: unknown) => void;
  /** By index and then by interrupt. An index that is here is enabled. */
  readonly #targets = new Map<number, Map<number, IrqBinding>>();
  readonly #sources = new Map<number, IrqBinding>();
  /** One request at a time: a later one must find what an earlier one has bound. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `mostDescriptors` is what the server takes in one message; `onError` learns what a target of the client threw. */
  constructor(send: SendSetIrqs, mostDescriptors: number, onError: (error: unknown) => void) {
    this.#send = send;
    this.#mostDescriptors = mostDescriptors;
    this.#onError = onError;
  }

  /** Whether something is bound to an interrupt of the index. */
  isBound(index: number): boolean {
    return (this.#targets.get(index)?.size ?? 0) > 0;
  }

  async set(request: SetIrqs): Promise<number> {
    requireU32(request);
    const turn = this.#turn.then(() => this.#set(request));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** The connection is gone: every target is let go. */
  close(): void {
    this.#closed = true;
    for (const index of [...this.#targets.keys()]) {
      this.#forget(index);
    }
    for (const index of [...this.#sources.keys()]) {
      this.#forget(index);
    }
  }

  async #set(request: SetIrqs): Promise<number> {
    const { index, flags, start, count, bools, slots } = request;
    const action = flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
    const data = flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
    if (data === VFIO_IRQ_SET_DATA_EVENTFD) {
      requireSlots(count, slots);
      if (action === VFIO_IRQ_SET_ACTION_TRIGGER && count > 0) {
        await this.#bindTargets(index, start, (slots ?? []).slice(0, count));
        return 0;
      }
      if (action === VFIO_IRQ_SET_ACTION_UNMASK && count > 0) {
        await this.#bindSource(request, slots?.[0] ?? -1);
        return 0;
      }
    }
    const disables = flags === CLEAR && count === 0;
    if (disables && !this.#targets.has(index)) {
      // A server lets that pass.
      throw coreFailure('irq.inactive', { index });
    }
    await this.#ask(
      index,
      flags,
      start,
      count,
      data === VFIO_IRQ_SET_DATA_BOOL ? bools : undefined,
    );
    if (disables) {
      this.#forget(index);
    }
    return 0;
  }

  async #bindTargets(index: number, start: number, slots: readonly IrqSlot[]): Promise<void> {
    const targets = slots.map(targetOf);
    const bad = targets.findIndex((target) => target === 'bad' || target === 'none');
    if (bad >= 0) {
      await this.#refuse(index, start, slots.length, slots[bad]);
    }
    const binds = targets.map((target) => target !== undefined);
    const runs = irqRuns(start, binds, Math.max(1, this.#mostDescriptors));
    if (runs.length > 1 && !this.#targets.has(index)) {
      // All of them with one message first: the vectors of an index that cannot grow are counted when it is enabled.
      await this.#ask(index, BIND, start, slots.length);
      this.#enabled(index);
    }
    for (const run of runs) {
      await this.#bindRun(index, start, run, targets);
    }
  }

  async #bindRun(
    index: number,
    start: number,
    run: IrqRun,
    targets: readonly (IrqTarget | string | undefined)[],
  ): Promise<void> {
    const bindings: IrqBinding[] = [];
    try {
      for (let i = 0; run.binds && i < run.count; i++) {
        const target = targets[run.start - start + i];
        if (typeof target === 'object') {
          bindings.push(this.#lend(target));
        }
      }
      const fds = bindings.map(({ fd }) => fd);
      await this.#ask(index, BIND, run.start, run.count, undefined, fds);
      this.#requireOpen();
    } catch (error) {
      this.#end(bindings);
      await this.#unbindAfterFailure(index, start, run.start + run.count - start);
      throw error;
    }
    const table = this.#enabled(index);
    for (let i = 0; i < run.count; i++) {
      this.#replace(table, run.start + i, bindings[i]);
    }
  }

  /** As in process, where what was touched until the failure is unbound. */
  async #unbindAfterFailure(index: number, start: number, count: number): Promise<void> {
    const table = this.#targets.get(index);
    if (table === undefined || this.#closed) {
      return;
    }
    try {
      await this.#ask(index, BIND, start, count);
    } catch (error) {
      this.#onError(error);
    }
    for (let i = 0; i < count; i++) {
      this.#replace(table, start + i, undefined);
    }
  }

  async #bindSource(request: SetIrqs, slot: IrqSlot): Promise<void> {
    const { index, flags, start, count } = request;
    if (typeof slot === 'number') {
      if (slot >= 0) {
        throw coreFailure('irq.bad-descriptor', { descriptor: slot });
      }
      await this.#ask(index, flags, start, count);
      this.#endSource(index);
      return;
    }
    if (!('subscribe' in slot) || typeof slot.subscribe !== 'function') {
      throw coreFailure('irq.not-eventfd');
    }
    if (this.#sources.has(index)) {
      // A server puts the new one in the place of the old.
      throw coreFailure('irq.unmask-bound', { index });
    }
    this.#requireDescriptors();
    const binding = bindSource(slot);
    try {
      await this.#ask(index, flags, start, count, undefined, [binding.fd]);
      this.#requireOpen();
    } catch (error) {
      this.#end([binding]);
      throw error;
    }
    this.#sources.set(index, binding);
  }

  /** The server looks at the rest of the request first; what it would have touched is unbound, as in process. */
  async #refuse(
    index: number,
    start: number,
    count: number,
    slot: IrqSlot | undefined,
  ): Promise<never> {
    const wasEnabled = this.#targets.has(index);
    await this.#ask(index, BIND, start, count);
    const table = this.#enabled(index);
    for (let i = 0; i < count; i++) {
      this.#replace(table, start + i, undefined);
    }
    if (!wasEnabled) {
      await this.#ask(index, CLEAR, 0, 0);
      this.#forget(index);
    }
    throw typeof slot === 'number'
      ? coreFailure('irq.bad-descriptor', { descriptor: slot })
      : coreFailure('irq.not-eventfd');
  }

  #ask(
    index: number,
    flags: number,
    start: number,
    count: number,
    bools: Uint8Array = new Uint8Array(0),
    descriptors: readonly number[] = noDescriptors,
  ): Promise<void> {
    const data = bools.subarray(0, count);
    const payload = new Uint8Array(VfioIrqSet.size + data.length);
    VfioIrqSet.encode({ argsz: payload.length, flags, index, start, count }, payload);
    payload.set(data, VfioIrqSet.size);
    return this.#send(payload, descriptors);
  }

  #lend(target: IrqTarget): IrqBinding {
    this.#requireDescriptors();
    return bindTarget(target, this.#onError);
  }

  #requireDescriptors(): void {
    if (this.#mostDescriptors < 1) {
      throw failure('vfio-user.no-descriptors');
    }
  }

  /** The connection may have been closed while the reply was on its way. */
  #requireOpen(): void {
    if (this.#closed) {
      throw coreFailure('device.closed');
    }
  }

  #enabled(index: number): Map<number, IrqBinding> {
    const table = this.#targets.get(index) ?? new Map<number, IrqBinding>();
    this.#targets.set(index, table);
    return table;
  }

  #replace(
    table: Map<number, IrqBinding>,
    interrupt: number,
    binding: IrqBinding | undefined,
  ): void {
    const before = table.get(interrupt);
    if (binding === undefined) {
      table.delete(interrupt);
    } else {
      table.set(interrupt, binding);
    }
    if (before !== undefined) {
      this.#end([before]);
    }
  }

  #forget(index: number): void {
    const table = this.#targets.get(index);
    this.#targets.delete(index);
    this.#end([...(table?.values() ?? [])]);
    this.#endSource(index);
  }

  #endSource(index: number): void {
    const source = this.#sources.get(index);
    if (source !== undefined) {
      this.#sources.delete(index);
      this.#end([source]);
    }
  }

  #end(bindings: readonly IrqBinding[]): void {
    for (const binding of bindings) {
      try {
        binding[Symbol.dispose]();
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

/** What a slot binds: undefined unbinds, `bad` is a descriptor of nobody, `none` something that cannot be signalled. */
function targetOf(slot: IrqSlot): IrqTarget | 'bad' | 'none' | undefined {
  if (typeof slot === 'number') {
    return slot < 0 ? undefined : 'bad';
  }
  return 'signal' in slot && typeof slot.signal === 'function' ? slot : 'none';
}

/** What does not fit into the fields of the message. */
function requireU32({ index, flags, start, count }: SetIrqs): void {
  if (!isU32(index)) {
    throw coreFailure('irq.index', { index });
  }
  if (!isU32(start) || !isU32(count)) {
    throw coreFailure('irq.count', { start, count });
  }
  if (!isU32(flags)) {
    throw coreFailure('irq.flags', { flags });
  }
}

function requireSlots(count: number, slots: readonly IrqSlot[] | undefined): void {
  if ((slots?.length ?? 0) < count) {
    throw coreFailure('irq.payload', { count });
  }
}

function isU32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= U32_MAX;
}
