import type { MigrationModel, MigrationSink, MigrationSource } from '@mdevkit/core';

/** A device whose state is bytes; gives at most `piece` of them at a time. */
export class FakeMigration implements MigrationModel {
  readonly p2p = false;
  readonly preCopy = true;
  readonly arcs: string[] = [];
  state: Uint8Array = Uint8Array.from({ length: 10 }, (_, i) => i + 1);
  restored: number[] = [];
  piece = 4;
  failing: Error | undefined;

  transition(from: number, to: number): void {
    this.#check();
    this.arcs.push(`${from}>${to}`);
  }

  save(): MigrationSource {
    let done = 0;
    return {
      read: (into) => {
        this.#check();
        const part = this.state.subarray(done, done + Math.min(this.piece, into.length));
        into.set(part);
        done += part.length;
        return part.length;
      },
      remaining: () => ({ initialBytes: this.state.length - done, dirtyBytes: 0 }),
    };
  }

  restore(): MigrationSink {
    this.restored = [];
    return {
      write: (from) => {
        this.#check();
        this.restored.push(...from);
      },
    };
  }

  dataSize(): number {
    return this.state.length;
  }

  #check(): void {
    if (this.failing !== undefined) {
      throw this.failing;
    }
  }
}
