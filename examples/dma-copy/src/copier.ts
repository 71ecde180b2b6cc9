import {
  defineDriver,
  MdevError,
  registerRegion,
  type DeviceModel,
  type Dma,
  type Irqs,
  type Region,
} from '@mdevkit/core';
import {
  CopyDescriptor,
  copyRegisters,
  MAX_LENGTH,
  STATUS_DONE,
  STATUS_FAULT,
  STATUS_TOO_LONG,
} from './copy-abi.js';

/** What a copier uses of the core, and what a test has to give it. */
export interface CopierServices {
  readonly dma: Pick<Dma, 'read' | 'write'>;
  readonly irqs: Pick<Irqs, 'trigger'>;
}

/** Copies memory of its client. `Dma` is its only way there: it reaches what the client has mapped, no more. */
export class Copier implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly irqs = [{ kind: 'message', name: 'done', count: 1, resizable: false }] as const;
  readonly regions: readonly [Region];
  readonly #dma: CopierServices['dma'];
  readonly #irqs: CopierServices['irqs'];

  constructor({ dma, irqs }: CopierServices) {
    this.#dma = dma;
    this.#irqs = irqs;
    const registers = copyRegisters.instantiate({
      DOORBELL: {
        write: () => {
          this.#run(registers.get64('JOB'));
        },
      },
    });
    this.regions = [registerRegion('registers', registers)];
  }

  /** If the job itself is out of reach, the error goes to the client: its write of DOORBELL gets EFAULT. */
  #run(address: bigint): void {
    const bytes = new Uint8Array(CopyDescriptor.size);
    this.#dma.read(address, bytes);
    const { source, target, length } = CopyDescriptor.decode(bytes);
    const status = this.#copy(source, target, length);
    const statusAddress = address + BigInt(CopyDescriptor.fields.status.offset);
    this.#dma.write(statusAddress, Uint8Array.of(status, 0, 0, 0));
    this.#irqs.trigger(0);
  }

  #copy(source: bigint, target: bigint, length: number): number {
    // The length comes from the client: without a limit it could make the device allocate 4 GiB.
    if (length > MAX_LENGTH) {
      return STATUS_TOO_LONG;
    }
    try {
      const bytes = new Uint8Array(length);
      this.#dma.read(source, bytes);
      this.#dma.write(target, bytes);
      return STATUS_DONE;
    } catch (error) {
      // The core has told the client by a `fault` event; the job says so, too.
      if (MdevError.is(error) && error.reason === 'dma.fault') {
        return STATUS_FAULT;
      }
      throw error;
    }
  }
}

export const copyDriver = defineDriver({
  name: 'copy',
  deviceApi: 'vfio-platform',
  types: [{ id: 'engine' }],
  parents: [{ name: 'copy0', capacity: 1 }],
  model: (services) => new Copier(services),
});
