import { type PciFunction } from './pci-function.js';
import { config } from './pci-registers.js';

/** A BAR with its address. */
export interface Bar {
  readonly kind: 'memory' | 'ports';
  readonly address: number;
  /** In bytes. */
  readonly size: number;
  /** Whether it takes the place of the next BAR as well. */
  readonly wide: boolean;
}

const ALL_ONES = 0xffff_ffff;

/**
 * Finds the size of a BAR, and gives it an address on its bus. `undefined` if the function has none there
 * (PCI Express Base 7.0, section 7.5.1.2.1).
 */
export async function placeBar(pci: PciFunction, index: number): Promise<Bar | undefined> {
  const offset = config.bar0 + index * 4;
  await pci.write(offset, 4, ALL_ONES);
  const low = await pci.read(offset, 4);
  if (low === 0) {
    return undefined;
  }
  if ((low & 1) === 1) {
    const size = lowestBit(BigInt(low & 0xfffc));
    const address = pci.bus.takePorts(size);
    await pci.write(offset, 4, address);
    return { kind: 'ports', address, size, wide: false };
  }
  const wide = (low & 6) === 4;
  const high = wide ? await sizeHighHalf(pci, offset + 4) : ALL_ONES;
  const size = lowestBit((BigInt(high) << 32n) | BigInt((low & ~0xf) >>> 0));
  const address = pci.bus.takeMemory(size);
  await pci.write(offset, 4, address);
  if (wide) {
    await pci.write(offset + 4, 4, 0);
  }
  return { kind: 'memory', address, size, wide };
}

async function sizeHighHalf(pci: PciFunction, offset: number): Promise<number> {
  await pci.write(offset, 4, ALL_ONES);
  return pci.read(offset, 4);
}

/** The lowest bit that can be set is the size. */
function lowestBit(mask: bigint): number {
  return Number(mask & -mask);
}
