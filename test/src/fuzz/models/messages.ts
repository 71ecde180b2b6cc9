import {
  defineDriver,
  Region,
  type DeviceModel,
  type ModelServices,
  type RangeHandler,
} from '@mdevkit/core';
import type { FuzzModel } from './model.js';

const IDENTITY = 0x6d65_7373;
/** Bytes of the largest job. */
const LARGEST = 0x2_0000;
/** Jobs at once. */
const MOST_JOBS = 64;

const SIZE = 0x20;
const ADDRESS = 8;
const LENGTH = 0x10;
const DOORBELL = 0x14;
const DONE = 0x18;

/**
 * Reaches its client's memory in every way: DOORBELL 1 fetches, 2 stores, 4 reads and 8 writes at once, 0x10 fetches and
 * 0x20 stores while the client waits, 0x40 does the same again when it is done.
 */
class MessagesModel implements DeviceModel, RangeHandler {
  readonly deviceApi = 'vfio-platform';
  readonly irqs = [{ kind: 'message', name: 'done', count: 2, resizable: true }] as const;
  readonly regions: readonly [Region];
  readonly #services: ModelServices;
  readonly #registers = new DataView(new ArrayBuffer(SIZE));
  #jobs = 0;

  constructor(services: ModelServices) {
    this.#services = services;
    this.#registers.setUint32(0, IDENTITY, true);
    const range = { kind: 'trapped', offset: 0, size: SIZE, handler: this } as const;
    this.regions = [new Region({ name: 'registers', size: SIZE, ranges: [range] })];
  }

  read(offset: number, data: DataView, at: number, length: number): number {
    for (let i = 0; i < length; i++) {
      data.setUint8(at + i, this.#registers.getUint8(offset + i));
    }
    return length;
  }

  write(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    for (let i = 0; i < length && offset >= ADDRESS && offset < DOORBELL; i++) {
      this.#registers.setUint8(offset + i, data.getUint8(at + i));
    }
    if (offset !== DOORBELL || length !== 4) {
      return length;
    }
    const address = this.#registers.getBigUint64(ADDRESS, true);
    const bytes = this.#registers.getUint32(LENGTH, true) % (LARGEST + 1);
    const answer = this.#ring(data.getUint32(at, true), address, bytes);
    return answer === undefined ? length : answer.then(() => length);
  }

  reset(): void {}

  quiesce(): void | Promise<void> {
    return this.#jobs % 2 === 0 ? undefined : Promise.resolve();
  }

  #ring(what: number, address: bigint, length: number): void | Promise<void> {
    const { dma } = this.#services;
    if (this.#jobs < MOST_JOBS) {
      if ((what & 1) !== 0) {
        this.#start(dma.fetch(address, new Uint8Array(length)), what, address, length);
      }
      if ((what & 2) !== 0) {
        this.#start(dma.store(address, new Uint8Array(length).fill(0x5a)), what, address, length);
      }
    }
    if ((what & 4) !== 0) {
      dma.read(address, new Uint8Array(length));
    }
    if ((what & 8) !== 0) {
      dma.write(address, new Uint8Array(length).fill(0xa5));
    }
    if ((what & 0x10) !== 0) {
      return dma.fetch(address, new Uint8Array(length));
    }
    return (what & 0x20) === 0 ? undefined : dma.store(address, new Uint8Array(length));
  }

  #start(job: Promise<void>, what: number, address: bigint, length: number): void {
    this.#jobs++;
    const over = (): void => {
      this.#jobs--;
      this.#registers.setUint32(DONE, this.#registers.getUint32(DONE, true) + 1, true);
      this.#services.irqs.trigger(0, this.#jobs & 1);
    };
    job.then(
      () => {
        over();
        if ((what & 0x40) !== 0) {
          void this.#ring(what & 3, address, length);
        }
      },
      // The client may refuse, or be gone.
      over,
    );
  }
}

export const messages: FuzzModel = {
  name: 'messages',
  driver: defineDriver({
    name: 'messages',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'messages0', capacity: 1 }],
    model: (services) => new MessagesModel(services),
  }),
  parent: 'messages0',
  type: 'messages-one',
  identity: { region: 0, offset: 0, value: IDENTITY },
};
