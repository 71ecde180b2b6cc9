/** A write that its store has not ended, and that nobody waits for any more. */
interface LateWrite {
  readonly lba: number;
  /** Behind its last block. */
  readonly end: number;
  /** Resolves when it is over. */
  readonly over: Promise<void>;
}

/**
 * The writes of a disk whose commands have ended without them: too late, or abandoned. They still change their blocks at some
 * time, so whoever wants these blocks comes after them.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, SISL_FC_RC_ABORTPEND: told that a command was aborted, the client goes on.
 */
export class LateWrites {
  readonly #writes = new Set<LateWrite>();

  get count(): number {
    return this.#writes.size;
  }

  add(lba: number, blocks: number, call: Promise<void>): void {
    const drop = (): void => {
      this.#writes.delete(write);
    };
    const write: LateWrite = { lba, end: lba + blocks, over: call.then(drop, drop) };
    this.#writes.add(write);
  }

  /** The end of one that has some of these blocks; undefined if there is none. */
  at(lba: number, blocks: number): Promise<void> | undefined {
    for (const write of this.#writes) {
      if (write.lba < lba + blocks && lba < write.end) {
        return write.over;
      }
    }
    return undefined;
  }
}
