import {
  defineDriver,
  DeviceMemory,
  MdevError,
  Region,
  type Clock,
  type DeviceModel,
  type IrqIndexSpec,
  type ModelServices,
  type QuiesceCause,
  type RangeHandler,
} from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import { DeliberateError, type FuzzModel } from './model.js';

const IDENTITY = 0x6173_796e;
const TRIGGER = 0xff0;

const irqs: readonly IrqIndexSpec[] = [
  { kind: 'level', name: 'intx', count: 1 },
  { kind: 'message', name: 'msi', count: 8, resizable: false },
  { kind: 'message', name: 'msix', count: 16, resizable: true },
  { kind: 'signal', name: 'err', count: 1, role: 'error' },
  { kind: 'signal', name: 'req', count: 1, role: 'request' },
];

/** Registers that answer by their offset: at once, soon, late, never, or with an error of each kind. */
class Answers implements RangeHandler {
  readonly #clock: Clock;
  readonly #irqs: ModelServices['irqs'];

  constructor({ clock, irqs: interrupts }: ModelServices) {
    this.#clock = clock;
    this.#irqs = interrupts;
  }

  read(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    for (let i = 0; i < length; i++) {
      data.setUint8(at + i, offset === 0 ? (IDENTITY >>> (8 * i)) & 0xff : offset + i);
    }
    return this.#answer(offset, length);
  }

  write(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    if (offset === TRIGGER && length === 4) {
      const index = data.getUint16(at, true);
      const vector = data.getUint16(at + 2, true);
      if (index < irqs.length && vector < (irqs[index]?.kind === 'message' ? 8 : 1)) {
        this.#irqs.trigger(index, vector);
      }
    }
    return this.#answer(offset, length);
  }

  #answer(offset: number, length: number): number | Promise<number> {
    switch (offset < 4 || offset >= 0x24 ? 0 : (offset >> 2) & 7) {
      case 2:
        return Promise.resolve(length);
      case 3:
        return later(this.#clock, 10).then(() => length);
      case 4:
        return new Promise(() => undefined);
      case 5:
        return Promise.reject(new MdevError('EBUSY', 'fuzz.busy', 'not now'));
      case 6:
        throw new DeliberateError('of a register');
      case 7:
        return later(this.#clock, 6000).then(() => 0);
      default:
        return length;
    }
  }
}

/** A device that takes its time for everything: registers, resets, silence. */
class AsynchronousModel implements DeviceModel {
  readonly deviceApi = 'vfio-pci';
  readonly irqs = irqs;
  readonly regions: DeviceModel['regions'];
  readonly #clock: Clock;
  readonly #shared = SharedMemory.create(0x8000);
  #calls = 0;

  constructor(services: ModelServices) {
    this.#clock = services.clock;
    const shared = this.#shared;
    const handler = new Answers(services);
    const doorbells = [0, 8, 16].map((offset) => ({ offset, width: 4, data: 1n }) as const);
    this.regions = [
      region('answers', 0x1000, [{ kind: 'trapped', offset: 0, size: 0x1000, handler }]),
      region('sparse', 0x8000, [
        { kind: 'memory', offset: 0, memory: new DeviceMemory(0x2000, { shared }), mmap: true },
        {
          kind: 'memory',
          offset: 0x4000,
          memory: new DeviceMemory(0x1000, { shared, sharedOffset: 0x4000 }),
          mmap: true,
        },
        { kind: 'trapped', offset: 0x6000, size: 0x1000, handler },
      ]),
      new Region({
        name: 'bells',
        size: 0x1000,
        ranges: [{ kind: 'trapped', offset: 0, size: 0x100, handler, split: 'none' }],
        ioeventfd: { doorbells },
      }),
    ];
  }

  reset(): void | Promise<void> {
    return this.#calls++ % 3 === 0 ? undefined : later(this.#clock, 20);
  }

  quiesce(cause: QuiesceCause): void | Promise<void> {
    const call = this.#calls++;
    if (cause !== 'disconnect' && call % 97 === 96) {
      throw new DeliberateError('of a quiesce');
    }
    return call % 2 === 0 ? undefined : later(this.#clock, 5);
  }

  resume(): void {}

  [Symbol.dispose](): void {
    this.#shared[Symbol.dispose]();
  }
}

function region(
  name: string,
  size: number,
  ranges: ConstructorParameters<typeof Region>[0]['ranges'],
): Region {
  return new Region({ name, size, ranges });
}

function later(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(milliseconds, resolve);
  });
}

export const asynchronous: FuzzModel = {
  name: 'asynchronous',
  driver: defineDriver({
    name: 'asynchronous',
    deviceApi: 'vfio-pci',
    types: [{ id: 'one' }],
    parents: [{ name: 'asynchronous0', capacity: 1 }],
    model: (services) => new AsynchronousModel(services),
  }),
  parent: 'asynchronous0',
  type: 'asynchronous-one',
  identity: { region: 0, offset: 0, value: IDENTITY },
};
