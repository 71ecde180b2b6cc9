import { defineDriver, registerLayout, type DeviceModel, type ModelServices } from '@mdevkit/core';
import { msix, PciFunction, pcieEndpoint, pciLayout } from '@mdevkit/pci';

/** At the start of BAR 0. */
export const busyRegisters = registerLayout('busy', 0x1000, [
  { name: 'BUFFER', offset: 0x0, width: 4, access: 'rw', description: '4 KiB of guest memory' },
  { name: 'START', offset: 0x4, width: 4, access: 'wo', description: 'a write starts the job' },
  { name: 'ROUNDS', offset: 0x8, width: 4, access: 'ro' },
]);

/** Bytes of guest memory that each round of the job fills with the low bits of its number. */
export const BUSY_BYTES = 4096;

export const busyId = { vendor: 0x6d64, device: 0xed02 } as const;

const layout = pciLayout({
  vendorId: busyId.vendor,
  deviceId: busyId.device,
  classCode: 0x00ff00,
  bars: { 0: { size: 0x4000 } },
  capabilities: [
    pcieEndpoint(),
    msix({ vectors: 2, table: { bar: 0, offset: 0x2000 }, pba: { bar: 0, offset: 0x3000 } }),
  ],
});

/** Devices that do not stop; type `busy-one`. */
export function busyDriver(): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'busy',
    deviceApi: 'vfio-pci',
    types: [{ id: 'one' }],
    parents: [{ name: 'busy0', capacity: 16 }],
    model: (services) => new Busy(services),
  });
}

/**
 * A device whose job has no end but a reset: it writes the guest's memory and interrupts, once in each turn of the
 * event loop, whether the guest is there or not, and does not become quiet for anything.
 */
class Busy implements DeviceModel {
  readonly deviceApi = 'vfio-pci';
  readonly regions: DeviceModel['regions'];
  readonly irqs: DeviceModel['irqs'];
  readonly #pci: PciFunction;
  readonly #registers;
  readonly #bytes = new Uint8Array(BUSY_BYTES);
  #next: NodeJS.Immediate | undefined;
  #rounds = 0;

  constructor({ irqs, dma }: ModelServices) {
    this.#registers = busyRegisters.instantiate({
      START: { write: () => this.#start() },
      ROUNDS: { read: () => this.#rounds },
    });
    const handler = this.#registers;
    this.#pci = new PciFunction(layout, {
      irqs,
      dma,
      bars: { 0: [{ kind: 'trapped', offset: 0, size: handler.size, handler }] },
      onFunctionLevelReset: () => this.reset(),
    });
    this.regions = this.#pci.regions;
    this.irqs = this.#pci.irqs;
  }

  reset(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
    this.#rounds = 0;
  }

  close(): void {
    this.reset();
  }

  #start(): void {
    this.#next ??= setImmediate(() => this.#round());
  }

  #round(): void {
    this.#next = setImmediate(() => this.#round());
    this.#rounds += 1;
    this.#bytes.fill(this.#rounds);
    try {
      this.#pci.dma.write(this.#registers.get('BUFFER'), this.#bytes);
      this.#pci.interrupt(this.#rounds % 2);
    } catch {
      // The guest is gone, or has forbidden it: such a device goes on.
    }
  }
}
