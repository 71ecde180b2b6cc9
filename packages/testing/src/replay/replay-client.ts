import {
  AddressSpace,
  disableIrqs,
  type ControlTransport,
  type Device,
  type DmaMap,
  type Mapping,
  type PasidBinding,
} from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import type { RecordedAnswer, RecordedValue } from '../record/index.js';
import { recordable } from '../record/recordable.js';
import { errorOf } from '../record/recorded-call.js';
import { CallArguments } from './arguments.js';
import type { CallEntry } from './call-entry.js';
import { ClientMemory } from './client-memory.js';
import type { ReplayOptions } from './options.js';
import type { Signals } from './signals.js';

/** Bytes of one map, at the most. */
const MAX_MAP_BYTES = 2 ** 33;

/** A client of a device that does what a recording says. What it holds goes with the device. */
export class ReplayClient {
  readonly memory = new ClientMemory();
  readonly #device: Device;
  readonly #signals: Signals;
  readonly #openControl: (() => Promise<ControlTransport>) | undefined;
  readonly #onMapped: () => void;
  readonly #sharesMemory: boolean;
  readonly #shared: SharedMemory[] = [];
  readonly #mappings: Mapping[] = [];
  readonly #bindings = new Map<number, PasidBinding>();
  readonly #controls = new Map<number, ControlTransport>();

  /** `onMapped` is called when there is further memory, before the device is given it. */
  constructor(
    device: Device,
    signals: Signals,
    onMapped: () => void,
    { control, sharedMemory = false }: Pick<ReplayOptions, 'control' | 'sharedMemory'>,
  ) {
    this.#device = device;
    this.#signals = signals;
    this.#onMapped = onMapped;
    this.#openControl = control;
    this.#sharesMemory = sharedMemory;
  }

  /** Whether a bind has answered this PASID of the recording. */
  isBound(pasid: RecordedValue): boolean {
    return this.#bindings.has(Number(pasid));
  }

  /** Carries a call out. Never rejects. */
  async perform(
    { call, args }: CallEntry,
    expected: RecordedAnswer | undefined,
  ): Promise<RecordedAnswer> {
    try {
      return { value: recordable(await this.#call(call, new CallArguments(args), expected)) };
    } catch (error) {
      return { error: errorOf(error) };
    }
  }

  /** As a transport does when its client is gone: interrupts, maps and PASIDs go, the device stays open. Memory is as after `close`. */
  async release(irqIndexes: readonly number[]): Promise<void> {
    await this.#drop();
    for (const { start, size } of this.memory.maps) {
      await this.#device.dmaUnmap(start, size).catch(() => 0);
    }
    for (const index of irqIndexes) {
      await disableIrqs(this.#device, index).catch(() => undefined);
    }
  }

  /** What the device has left in memory can be checked after it, until {@link forgetMemory}. */
  async close(): Promise<void> {
    await this.#drop();
    await this.#device.close();
  }

  /** The session is over. */
  forgetMemory(): void {
    this.memory.clear();
    for (const memory of this.#shared.splice(0)) {
      memory[Symbol.dispose]();
    }
  }

  async #drop(): Promise<void> {
    for (const mapping of this.#mappings.splice(0)) {
      mapping[Symbol.dispose]();
    }
    const held = [...this.#controls.values(), ...this.#bindings.values()];
    this.#controls.clear();
    this.#bindings.clear();
    for (const each of held) {
      await ('close' in each ? each.close() : each.unbind()).catch(() => undefined);
    }
  }

  async #call(
    call: CallEntry['call'],
    args: CallArguments,
    expected: RecordedAnswer | undefined,
  ): Promise<unknown> {
    const device = this.#device;
    switch (call) {
      case 'info':
        return device.info();
      case 'region-info':
        return device.regionInfo(args.number('index'));
      case 'irq-info':
        return device.irqInfo(args.number('index'));
      case 'read': {
        const into = new Uint8Array(Math.max(args.number('length'), 0));
        const count = await device.read(args.number('region'), args.number('offset'), into);
        return into.subarray(0, count);
      }
      case 'write':
        return device.write(args.number('region'), args.number('offset'), args.bytes('bytes'));
      case 'set-irqs':
        return this.#setIrqs(args);
      case 'mmap': {
        const place = [
          args.number('region'),
          args.number('offset'),
          args.number('length'),
        ] as const;
        const mapping = await device.mmap(...place);
        this.#mappings.push(mapping);
        return mapping.bytes.length;
      }
      case 'reset':
        return device.reset();
      case 'feature':
        return (await device.feature(args.number('flags'), args.bytes('payload'))).data;
      case 'migration-state':
        return (await device.setMigrationState(args.number('state'))) !== undefined;
      case 'dma-map':
        return this.#map(args, expected !== undefined && 'value' in expected);
      case 'dma-unmap': {
        const size = await device.dmaUnmap(args.address('iova'), args.number('size'));
        this.memory.unmap(args.address('iova'), size === 0 ? 0 : args.number('size'));
        return size;
      }
      case 'bind': {
        const binding = await device.bind(new AddressSpace());
        // The recorded client goes on with the PASID that it was given.
        const recorded = expected !== undefined && 'value' in expected ? expected.value : undefined;
        this.#bindings.set(Number(recorded ?? binding.pasid), binding);
        return binding.pasid;
      }
      case 'unbind': {
        const pasid = args.number('pasid');
        await this.#bindings.get(pasid)?.unbind();
        this.#bindings.delete(pasid);
        return undefined;
      }
      case 'control-open': {
        const transport = await this.#openControl?.();
        if (transport === undefined) {
          return undefined;
        }
        // Clients are counted by the device, over all of its sessions.
        const client = expected !== undefined && 'value' in expected ? Number(expected.value) : 0;
        this.#controls.set(client, transport);
        return client;
      }
      case 'control-close':
        await this.#controls.get(args.number('client'))?.close();
        this.#controls.delete(args.number('client'));
        return undefined;
      case 'control': {
        const transport = this.#controls.get(args.number('client'));
        const request = { bytes: args.bytes('request'), descriptors: [] };
        return (await transport?.call(request))?.bytes.slice();
      }
      case 'open':
      case 'close':
      case 'release':
      case 'quiet':
        return undefined;
    }
  }

  #setIrqs(args: CallArguments): Promise<number> {
    const [index, flags] = [args.number('index'), args.number('flags')];
    const [start, count] = [args.number('start'), args.number('count')];
    const [bools, slots] = [args.get('bools'), args.get('slots')];
    return this.#device.setIrqs({
      index,
      flags,
      start,
      count,
      ...(bools instanceof Uint8Array && { bools }),
      ...(Array.isArray(slots) && {
        slots: this.#signals.slots(slots as readonly RecordedValue[], index, start),
      }),
    });
  }

  /** Memory that a server in another process can reach by itself has a descriptor. */
  #allocate(size: number): { readonly memory: DmaMap['memory']; readonly bytes: Uint8Array } {
    const shared = this.#sharesMemory && size > 0 ? SharedMemory.create(size) : undefined;
    if (shared?.bytes === undefined) {
      shared?.[Symbol.dispose]();
      const bytes = new Uint8Array(size);
      return { memory: bytes, bytes };
    }
    this.#shared.push(shared);
    return { memory: shared, bytes: shared.bytes };
  }

  async #map(args: CallArguments, succeeds: boolean): Promise<void> {
    const [iova, size] = [args.address('iova'), args.number('size')];
    const { memory, bytes } = this.#allocate(
      size > 0 && size <= MAX_MAP_BYTES ? Math.floor(size) : 0,
    );
    const map: DmaMap = {
      iova,
      memory,
      size,
      read: args.flag('read'),
      write: args.flag('write'),
    };
    // A device may reach it before the call has been answered.
    if (succeeds) {
      this.memory.map(iova, bytes);
      this.#onMapped();
    }
    await this.#device.dmaMap(map);
  }
}
