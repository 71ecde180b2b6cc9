import { cxlflashDriver, MemoryStore, openFlash, type FlashLun } from '@mdevkit/cxlflash';
import { MdevHost } from '@mdevkit/core';
import { againstOwn, micro, type Benchmark, type Measurement } from '../measure/index.js';

const BLOCK = 4096;
const BLOCKS = 16_384;
const SIZES = [4096, 1_048_576] as const;

/**
 * Reads and writes of a flash AFU through its library, one after the other; the baseline is the same of the store that the
 * blocks are kept in, called directly.
 */
export const cxlflash: Benchmark = {
  name: 'cxlflash',
  measures: SIZES.flatMap((size) => [
    againstOwn(`cxlflash.read.${size}`, 'its store, called directly'),
    againstOwn(`cxlflash.write.${size}`, 'its store, called directly'),
  ]),
  run: async () => {
    const store = new MemoryStore({ blocks: BLOCKS });
    await using host = new MdevHost();
    await host.load(cxlflashDriver({ disks: [{ store }] }));
    await using flash = await openFlash(host);
    await using context = await flash.openContext();
    await using lun = await context.openLun();
    const results: Measurement[] = [];
    for (const size of SIZES) {
      results.push(...(await transfers(lun, store, size)));
    }
    return results;
  },
};

async function transfers(
  lun: FlashLun,
  store: MemoryStore,
  size: number,
): Promise<readonly Measurement[]> {
  const bytes = new Uint8Array(size).fill(0x5a);
  let lba = 0;
  const next = (): number => (lba = (lba + size / BLOCK) % BLOCKS);
  // Blocks that were never written are cheaper.
  for (let at = 0; at < BLOCKS; at += size / BLOCK) {
    await store.write(at, bytes);
  }
  return [
    await micro(
      `cxlflash.read.${size}`,
      () => lun.read(next(), bytes),
      () => store.read(next(), bytes),
    ),
    await micro(
      `cxlflash.write.${size}`,
      () => lun.write(next(), bytes),
      () => store.write(next(), bytes),
    ),
  ];
}
