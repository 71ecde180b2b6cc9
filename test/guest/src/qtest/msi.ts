import { type Bar } from './bar.js';
import { type PciFunction } from './pci-function.js';
import { capability } from './pci-registers.js';

/** A message that a device sends as its interrupt: it writes `data` to `address`, where the guest has memory. */
export interface MsiMessage {
  readonly address: number;
  readonly data: number;
}

/** Turns on MSI with one vector (PCI Express Base, section 7.7.1). */
export async function enableMsi(pci: PciFunction, message: MsiMessage): Promise<void> {
  const offset = await need(pci, capability.msi, 'MSI');
  const control = await pci.read(offset + 2, 2);
  const wide = (control & 0x80) !== 0;
  await pci.write(offset + 4, 4, message.address);
  if (wide) {
    await pci.write(offset + 8, 4, 0);
  }
  await pci.write(offset + (wide ? 12 : 8), 2, message.data);
  await pci.write(offset + 2, 2, (control & ~0x70) | 1);
}

/** The MSI-X capability of a function (PCI Express Base, section 7.7.2). */
export class MsixTable {
  private constructor(
    readonly pci: PciFunction,
    readonly offset: number,
    readonly vectors: number,
    readonly table: number,
    readonly pending: number,
  ) {}

  /** Finds the table in the function's BARs, which have their addresses. */
  static async find(pci: PciFunction, bars: ReadonlyMap<number, Bar>): Promise<MsixTable> {
    const offset = await need(pci, capability.msix, 'MSI-X');
    const vectors = ((await pci.read(offset + 2, 2)) & 0x7ff) + 1;
    const place = async (register: number): Promise<number> => {
      const value = await pci.read(offset + register, 4);
      const bar = bars.get(value & 7);
      if (bar === undefined) {
        throw new Error(`MSI-X lies in BAR ${value & 7}, which is not there`);
      }
      return bar.address + value - (value & 7);
    };
    return new MsixTable(pci, offset, vectors, await place(4), await place(8));
  }

  /** Fills the entry of a vector and unmasks it. */
  async program(vector: number, message: MsiMessage): Promise<void> {
    const entry = this.table + vector * 16;
    await this.pci.qtest.write(entry, 4, message.address);
    await this.pci.qtest.write(entry + 4, 4, 0);
    await this.pci.qtest.write(entry + 8, 4, message.data);
    await this.mask(vector, false);
  }

  async mask(vector: number, masked: boolean): Promise<void> {
    await this.pci.qtest.write(this.table + vector * 16 + 12, 4, masked ? 1 : 0);
  }

  /** Whether the bit of a vector is set in the pending bit array. */
  async isPending(vector: number): Promise<boolean> {
    const word = await this.pci.qtest.read(this.pending + (vector >> 5) * 4, 4);
    return ((word >>> (vector & 31)) & 1) === 1;
  }

  /** Turns the whole on or off. */
  async enable(on = true): Promise<void> {
    const control = await this.pci.read(this.offset + 2, 2);
    await this.pci.write(this.offset + 2, 2, on ? control | 0x8000 : control & 0x7fff);
  }
}

async function need(pci: PciFunction, id: number, name: string): Promise<number> {
  const offset = await pci.findCapability(id);
  if (offset === undefined) {
    throw new Error(`the function has no ${name}`);
  }
  return offset;
}
