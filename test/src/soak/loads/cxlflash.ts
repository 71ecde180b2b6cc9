import { BLOCK_BYTES, cxlflashDriver, openFlash } from '@mdevkit/cxlflash';
import { allocateShared } from '../ways.js';
import { randomBytes, requireEqual, type Load, type Round } from './load.js';

const COMMANDS = 8;
const MOST_BLOCKS = 4;
const BLOCKS = 4096;

async function run({ way, random, faults, did }: Round): Promise<void> {
  await using flash = await openFlash(way, { contexts: 2, allocateMemory: allocateShared });
  await using writer = await flash.openContext({ access: 'write' });
  await using reader = await flash.openContext({ access: 'read' });
  const to = await writer.openLun();
  const from = await reader.openLun();
  for (let i = 0; i < COMMANDS; i++) {
    const bytes = randomBytes(random, BLOCK_BYTES * (1 + random.below(MOST_BLOCKS)));
    const lba = random.below(BLOCKS);
    await to.write(lba, bytes);
    const into = new Uint8Array(bytes.length);
    await from.read(lba, into);
    if (faults !== 'lying') {
      requireEqual(into, bytes, `block ${lba}`);
    }
    did('commands', 2);
  }
}

/** Writes through one context, reads through another. */
export const cxlflash: Load = {
  name: 'cxlflash',
  weight: 2,
  driver: () => Promise.resolve(cxlflashDriver()),
  run,
};
