import { EngineBench } from '../engine-bench.test-support.js';
import type { Access } from './access.js';
import { Disk } from './disk.js';
import { FlashLun } from './flash-lun.js';

interface LunBenchOptions {
  readonly maxRequests?: number;
  readonly access?: Access;
  readonly blocks?: number;
  readonly blockSize?: number;
  readonly slots?: number;
  readonly bufferBytes?: number;
  readonly maxTransfer?: bigint;
}

/** A LUN whose AFU ends commands when the test says so. */
export class LunBench extends EngineBench {
  readonly disk: Disk;
  readonly lun: FlashLun;
  released = 0;

  constructor({
    maxRequests = 4,
    access = 'read-write',
    blocks = 100,
    blockSize = 4096,
    slots = 16,
    bufferBytes = 0x10_0000,
    maxTransfer = 4096n,
  }: LunBenchOptions = {}) {
    super({ slots, bufferBytes });
    const lastLba = BigInt(blocks) - 1n;
    this.disk = new Disk(0, { blockSize, lastLba, maxTransfer }, bufferBytes);
    this.lun = new FlashLun({
      engine: this.engine,
      disk: this.disk,
      access,
      resource: 7,
      maxRequests,
      verify: () => Promise.resolve(),
      release: () => {
        this.released += 1;
        return Promise.resolve();
      },
    });
  }

  /** Answers as a disk would, which has nothing but zeros. */
  answer(index = 0): void {
    this.afu.respond({}, index);
    this.engine.drain();
  }
}

export const block = (): Uint8Array => new Uint8Array(4096);
