/** What a LUN has done since it was opened. Source: open-power/capiflash src/include/capiblock.h, chunk_stats_t. */
export interface LunStatistics {
  /** Reads and writes that have ended, and how many of them with an error. */
  readonly reads: number;
  readonly writes: number;
  readonly errors: number;
  /** Blocks that were transferred. */
  readonly blocksRead: number;
  readonly blocksWritten: number;
  /** Commands that were issued again. */
  readonly retries: number;
  /** Reads and writes that have not ended. */
  readonly active: number;
}

/** The counters behind {@link LunStatistics}. */
export class LunTally {
  reads = 0;
  writes = 0;
  errors = 0;
  blocksRead = 0;
  blocksWritten = 0;
  retries = 0;
  active = 0;

  ended(isWrite: boolean, blocks: number, hasFailed: boolean): void {
    this.active -= 1;
    if (isWrite) {
      this.writes += 1;
      this.blocksWritten += hasFailed ? 0 : blocks;
    } else {
      this.reads += 1;
      this.blocksRead += hasFailed ? 0 : blocks;
    }
    this.errors += hasFailed ? 1 : 0;
  }
}
