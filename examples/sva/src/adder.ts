import {
  defineDriver,
  MdevError,
  registerLayout,
  registerRegion,
  type DeviceModel,
  type Dma,
  type Irqs,
  type ModelServices,
  type Region,
} from '@mdevkit/core';

export const STATUS_BUSY = 1;
export const STATUS_DONE = 2;
export const STATUS_FAULT = 3;

/** Bytes of a vector at the most. */
const MAX_LENGTH = 0x10000;

/** Pointers are those of the process whose PASID is set. */
export const adderRegisters = registerLayout('adder', 0x28, [
  { name: 'PASID', offset: 0x00, width: 4, access: 'rw' },
  { name: 'LENGTH', offset: 0x04, width: 4, access: 'rw', description: 'bytes' },
  { name: 'SOURCE', offset: 0x08, width: 8, access: 'rw' },
  { name: 'TARGET', offset: 0x10, width: 8, access: 'rw' },
  { name: 'DOORBELL', offset: 0x18, width: 4, access: 'wo' },
  { name: 'STATUS', offset: 0x1c, width: 4, access: 'ro' },
]);

/** Adds one vector of bytes to another, in the memory of whichever process has bound its PASID. */
class Adder implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly irqs = [{ kind: 'message', name: 'done', count: 1, resizable: false }] as const;
  readonly regions: readonly [Region];
  readonly #dma: Dma;
  readonly #irqs: Irqs;
  readonly #registers = adderRegisters.instantiate({
    DOORBELL: {
      write: () => {
        this.#start();
      },
    },
  });
  /** The job that is under way, and what it works with. */
  #job: Promise<void> = Promise.resolve();

  constructor({ dma, irqs }: ModelServices) {
    this.#dma = dma;
    this.#irqs = irqs;
    this.regions = [registerRegion('registers', this.#registers)];
  }

  /** A PASID is about to go: its job ends first. This device has one job at a time, so it need not ask whose. */
  drainPasid(): Promise<void> {
    return this.#job;
  }

  reset(): Promise<void> {
    return this.#job;
  }

  close(): Promise<void> {
    return this.#job;
  }

  #start(): void {
    const registers = this.#registers;
    if (registers.get('STATUS') === STATUS_BUSY) {
      return;
    }
    registers.set('STATUS', STATUS_BUSY);
    // Everything of the job is taken now: registers may change while it runs.
    const dma = this.#dma.withPasid(registers.get('PASID'));
    const length = Math.min(registers.get('LENGTH'), MAX_LENGTH);
    this.#job = this.#add(dma, registers.get64('SOURCE'), registers.get64('TARGET'), length);
  }

  async #add(dma: Dma, source: bigint, target: bigint, length: number): Promise<void> {
    let status = STATUS_DONE;
    try {
      // What is not there yet may come: the process is asked for it.
      await dma.request(source, length, 'read');
      await dma.request(target, length, 'write');
      const from = dma.view(source, length, 'read');
      const to = dma.view(target, length, 'write');
      from.forEach((value, i) => {
        to[i] = (to[i] ?? 0) + value;
      });
    } catch (error) {
      // A job has no caller: whatever goes wrong is its status.
      status = MdevError.is(error) && error.reason === 'dma.fault' ? STATUS_FAULT : 0;
    }
    this.#registers.set('STATUS', status);
    this.#irqs.trigger(0);
  }
}

export const adderDriver = defineDriver({
  name: 'adder',
  deviceApi: 'vfio-platform',
  types: [{ id: 'vector' }],
  parents: [{ name: 'adder0', capacity: 4 }],
  model: (services) => new Adder(services),
});
