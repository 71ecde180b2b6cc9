import {
  AddressSpace,
  DmaPort,
  silentLogger,
  type DeviceEvent,
  type Irqs,
  type Region,
} from '@mdevkit/core';
import { VFIO_PCI_MSIX_IRQ_INDEX } from '@mdevkit/uapi';
import {
  COMPLETION_ENTRY_BYTES,
  CompletionEntry,
  CONTROL_ENABLE,
  CONTROL_RESET,
  DOORBELL_STRIDE,
  QUEUE_OFFSET,
  QUEUE_STRIDE,
  queueRegisters,
  SubmissionEntry,
  type QueueRegister,
} from '../../abi/index.js';
import { builtInAlgorithms, type Algorithm } from '../algorithm/index.js';
import { QueuePool } from '../pool/index.js';
import { Controlled, CONTROLLED } from '../algorithm/controlled.test-support.js';
import { AccelModel, FunctionLayouts } from './index.js';

/** Records interrupts, and can be waited for. */
export class FakeIrqs implements Irqs {
  readonly vectors: number[] = [];
  onTrigger: () => void = () => undefined;

  trigger(_index: number, subindex = 0): boolean {
    this.vectors.push(subindex);
    this.onTrigger();
    return true;
  }

  assert(): boolean {
    return false;
  }

  deassert(): void {
    // No line.
  }

  enabled(index: number): boolean {
    return index === VFIO_PCI_MSIX_IRQ_INDEX;
  }
}

/** Where the bench maps its memory, and what lies where. */
export const MEMORY = 0x10_0000;
export const SQ = MEMORY;
export const CQ = MEMORY + 0x8000;
export const DATA = MEMORY + 0x1_0000;

export interface RawEntry {
  readonly opcode?: number;
  readonly flags?: number;
  readonly tag?: number;
  readonly source?: number | bigint;
  readonly destination?: number | bigint;
  readonly auxiliary?: number | bigint;
  readonly source_length?: number;
  readonly destination_length?: number;
  readonly auxiliary_length?: number;
  readonly parameter?: number;
  readonly reserved3?: number;
}

export interface BenchOptions {
  readonly type?: string;
  readonly algorithms?: readonly Algorithm[];
  readonly pool?: QueuePool;
}

/** A model made by hand, with its client's memory and the client's side of its regions. */
export class Bench {
  readonly space = new AddressSpace();
  readonly events: DeviceEvent[] = [];
  readonly dma: DmaPort;
  readonly irqs = new FakeIrqs();
  readonly memory = new Uint8Array(0x10_0000);
  readonly controlled = new Controlled();
  readonly pool: QueuePool;
  readonly model: AccelModel;
  depthLog2 = 2;

  constructor({ type = 'accel-1q', algorithms = builtInAlgorithms, pool }: BenchOptions = {}) {
    const events = {
      report: (event: DeviceEvent): void => {
        this.events.push(event);
      },
    };
    this.dma = DmaPort.onto(this.space, events);
    this.pool = pool ?? new QueuePool(4);
    this.space.map({ iova: MEMORY, memory: this.memory });
    this.model = new AccelModel(
      this.dma,
      this.irqs,
      events,
      silentLogger,
      { uuid: '', type, parent: 'accel0' },
      this.pool,
      new FunctionLayouts(),
      [...algorithms, this.controlled],
    );
  }

  /** Opened, bus mastering on, queue 0 enabled. */
  static working(options: BenchOptions & { readonly depthLog2?: number } = {}): Bench {
    const bench = new Bench(options);
    bench.open();
    bench.depthLog2 = options.depthLog2 ?? 2;
    bench.enable();
    return bench;
  }

  /** What the core does at an open. */
  open(): void {
    this.resetRegions();
    this.model.reset();
    this.model.open();
    this.command(6);
  }

  resetRegions(): void {
    for (const region of this.model.regions) {
      if (typeof region === 'object') {
        region.reset();
      }
    }
  }

  command(value: number): void {
    this.write(7, 4, value, 2);
  }

  enable(queue = 0, config: Partial<Record<QueueRegister, number>> = {}): void {
    this.set('CONTROL', CONTROL_RESET, queue);
    this.memory.fill(0, 0, 0x1_0000);
    this.set64('SQ_BASE', BigInt(config.SQ_BASE ?? SQ), queue);
    this.set64('CQ_BASE', BigInt(config.CQ_BASE ?? CQ), queue);
    this.set('DEPTH', config.DEPTH ?? this.depthLog2, queue);
    if (config.IRQ_VECTOR !== undefined) {
      this.set('IRQ_VECTOR', config.IRQ_VECTOR, queue);
    }
    this.set('CONTROL', CONTROL_ENABLE, queue);
  }

  get(register: QueueRegister, queue = 0): number {
    const bytes = this.read(0, this.#at(register, queue), 4);
    return new DataView(bytes.buffer).getUint32(0, true);
  }

  set(register: QueueRegister, value: number, queue = 0): void {
    this.write(0, this.#at(register, queue), value, 4);
  }

  set64(register: QueueRegister, value: bigint, queue = 0): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    this.#write(0, this.#at(register, queue), bytes);
  }

  /** Writes entry `index` of the submission ring. */
  entry(index: number, entry: RawEntry): void {
    const { source = DATA, destination = DATA + 0x2_0000, auxiliary = DATA, ...rest } = entry;
    SubmissionEntry.encode(
      {
        opcode: CONTROLLED,
        tag: index,
        ...rest,
        source: BigInt(source),
        destination: BigInt(destination),
        auxiliary: BigInt(auxiliary),
      },
      this.memory,
      (index % (1 << this.depthLog2)) * SubmissionEntry.size,
    );
  }

  tail(value: number, queue = 0): void {
    this.write(2, queue * DOORBELL_STRIDE, value, 4);
  }

  head(value: number, queue = 0): void {
    this.write(2, queue * DOORBELL_STRIDE + 4, value, 4);
  }

  /** Entry `index` of the completion ring, as it is now. */
  completion(index: number): ReturnType<typeof CompletionEntry.decode> {
    const at = CQ - MEMORY + (index % (1 << this.depthLog2)) * COMPLETION_ENTRY_BYTES;
    return CompletionEntry.decode(this.memory, at);
  }

  bytes(iova: number, length: number): Uint8Array {
    return this.memory.subarray(iova - MEMORY, iova - MEMORY + length);
  }

  read(region: number, offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    void this.region(region).read(offset, new DataView(bytes.buffer), 0, length);
    return bytes;
  }

  write(region: number, offset: number, value: number, width: 2 | 4): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    this.#write(region, offset, bytes.subarray(0, width));
  }

  region(index: number): Region {
    const region = this.model.regions[index];
    if (typeof region !== 'object') {
      throw new RangeError(`no region ${index}`);
    }
    return region;
  }

  /** Waits for interrupts until `count` have come in all. */
  async interrupts(count: number): Promise<void> {
    while (this.irqs.vectors.length < count) {
      await new Promise<void>((resolve) => {
        this.irqs.onTrigger = resolve;
      });
    }
  }

  #write(region: number, offset: number, bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    void this.region(region).write(offset, view, 0, bytes.length);
  }

  #at(register: QueueRegister, queue: number): number {
    return QUEUE_OFFSET + queue * QUEUE_STRIDE + queueRegisters.offsetOf(register);
  }
}
