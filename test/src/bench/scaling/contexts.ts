import {
  cxlflashDriver,
  MemoryStore,
  openFlash,
  type Flash,
  type FlashLun,
} from '@mdevkit/cxlflash';
import { MdevHost } from '@mdevkit/core';
import { alone, ofRuns, type Benchmark, type Measurement } from '../measure/index.js';
import { sizesOf } from './points.js';

const PREFIX = 'scaling.contexts';
const SIZES = [1, 8, 64, 512] as const;
const BLOCK = 4096;
const BLOCKS = 4096;
const RUNS = 9;
/** In a run, by all contexts together. */
const READS = 4096;

/** Reads of 4 KiB, a second, through so many contexts of a flash AFU, each with one of them under way. */
export const scalingContexts: Benchmark = {
  name: PREFIX,
  measures: sizesOf(`${PREFIX}.read`, SIZES).map(alone),
  run: async () => {
    const results: Measurement[] = [];
    for (const contexts of SIZES) {
      results.push(await readsThrough(contexts));
    }
    return results;
  },
};

async function readsThrough(contexts: number): Promise<Measurement> {
  const store = new MemoryStore({ blocks: BLOCKS });
  await store.write(0, new Uint8Array(BLOCKS * BLOCK).fill(0x5a));
  await using host = new MdevHost();
  await host.load(cxlflashDriver({ disks: [{ store }] }));
  await using flash = await openFlash(host, { contexts });
  const luns = await lunsOf(flash, contexts);
  const rates: number[] = [];
  await readAll(luns);
  for (let run = 0; run < RUNS; run++) {
    const begin = performance.now();
    await readAll(luns);
    rates.push((READS * 1000) / (performance.now() - begin));
  }
  return ofRuns(`${PREFIX}.read.${contexts}`, '/s', rates);
}

async function lunsOf(flash: Flash, contexts: number): Promise<readonly FlashLun[]> {
  const luns: FlashLun[] = [];
  for (let i = 0; i < contexts; i++) {
    const context = await flash.openContext({ bufferBytes: BLOCK });
    luns.push(await context.openLun({ maxRequests: 1 }));
  }
  return luns;
}

async function readAll(luns: readonly FlashLun[]): Promise<void> {
  const each = READS / luns.length;
  await Promise.all(
    luns.map(async (lun, i) => {
      const into = new Uint8Array(BLOCK);
      for (let n = 0; n < each; n++) {
        await lun.read((i * each + n) % BLOCKS, into);
      }
    }),
  );
}
